/* A step of training, by hand: sizes are known when it is compiled, and every loop over the batch is a loop over
   vectors of 8 numbers. SIZES, N_LAYERS, N_ROWS, WIDEST, RELU or not, HINGE or not, PENALTY and RATE are defined
   from outside. Rows past the last are padding: their slope is 0, so they add nothing. */

#include <math.h>
#include <string.h>

typedef double vector __attribute__((vector_size(64)));
enum { N_VECTORS = (N_ROWS + 7) / 8 };
typedef union { vector vectors[N_VECTORS]; double numbers[N_VECTORS * 8]; } column; /* a number for each row */

static const int sizes[] = {SIZES};
static column values[N_LAYERS + 1][WIDEST], slopes[N_LAYERS + 1][WIDEST], targets;

static double larger(double x, double y) { return x > y ? x : y; }

static double sum_of(vector v) { return ((v[0] + v[1]) + (v[2] + v[3])) + ((v[4] + v[5]) + (v[6] + v[7])); }

/* z = b + w·x, and the activation of all layers but the last */
static void forward(int layer, const double *p) {
    int n = sizes[layer], m = sizes[layer + 1];
    for (int k = 0; k < m; k++, p += n + 1) {
        vector z[N_VECTORS];
        for (int v = 0; v < N_VECTORS; v++) z[v] = p[n] - (vector){0};
        for (int i = 0; i < n; i++)
            for (int v = 0; v < N_VECTORS; v++) z[v] += p[i] * values[layer][i].vectors[v];
        column *a = &values[layer + 1][k];
        memcpy(a->vectors, z, sizeof z);
        if (layer + 1 < N_LAYERS)
            for (int r = 0; r < N_VECTORS * 8; r++) a->numbers[r] = RELU ? larger(a->numbers[r], 0) : tanh(a->numbers[r]);
    }
}

/* dz = da · activation'(z), which is known from a alone */
static void through_activation(int layer) {
    for (int k = 0; k < sizes[layer]; k++)
        for (int r = 0; r < N_VECTORS * 8; r++) {
            double a = values[layer][k].numbers[r];
            slopes[layer][k].numbers[r] *= RELU ? (double)(a > 0) : 1 - a * a;
        }
}

/* dx = wᵀ·dz */
static void backward(int layer, const double *p) {
    int n = sizes[layer], m = sizes[layer + 1];
    for (int i = 0; i < n; i++) {
        vector dx[N_VECTORS] = {{0}};
        for (int k = 0; k < m; k++)
            for (int v = 0; v < N_VECTORS; v++) dx[v] += p[k * (n + 1) + i] * slopes[layer + 1][k].vectors[v];
        memcpy(slopes[layer][i].vectors, dx, sizeof dx);
    }
}

/* p ← p − rate · (dz·x + 2 · penalty · p) */
static void update(int layer, double *p) {
    int n = sizes[layer], m = sizes[layer + 1];
    for (int k = 0; k < m; k++)
        for (int i = 0; i <= n; i++, p++) {
            vector sum = {0};
            for (int v = 0; v < N_VECTORS; v++)
                sum += i < n ? slopes[layer + 1][k].vectors[v] * values[layer][i].vectors[v] : slopes[layer + 1][k].vectors[v];
            *p -= RATE * (sum_of(sum) + 2 * PENALTY * *p);
        }
}

/* The mean loss of the rows, and its slope in each output */
static double loss_and_slopes(void) {
    double loss = 0;
    column *out = values[N_LAYERS], *slope = slopes[N_LAYERS];
    for (int r = 0; r < N_ROWS; r++) {
        double y = targets.numbers[r], whole = 0;
        if (HINGE) {
            double shortfall = larger(1 - y * out[0].numbers[r], 0);
            loss += shortfall;
            slope[0].numbers[r] = shortfall > 0 ? -y / N_ROWS : 0;
        } else {
            for (int k = 0; k < sizes[N_LAYERS]; k++) whole += slope[k].numbers[r] = exp(out[k].numbers[r]);
            for (int k = 0; k < sizes[N_LAYERS]; k++) slope[k].numbers[r] = (slope[k].numbers[r] / whole - (k == y)) / N_ROWS;
            loss += log(whole) - out[(int)y].numbers[r];
        }
    }
    return loss / N_ROWS;
}

void prepare(const double *inputs, const double *wanted) {
    for (int r = 0; r < N_ROWS; r++) {
        for (int i = 0; i < sizes[0]; i++) values[0][i].numbers[r] = inputs[r * sizes[0] + i];
        targets.numbers[r] = wanted[r];
    }
}

double step(double *parameters) {
    double *p[N_LAYERS + 1] = {parameters}, squares = 0;
    for (int layer = 0; layer < N_LAYERS; layer++) {
        p[layer + 1] = p[layer] + sizes[layer + 1] * (sizes[layer] + 1);
        forward(layer, p[layer]);
    }
    double loss = loss_and_slopes();
    if (PENALTY)
        for (double *q = parameters; q < p[N_LAYERS]; q++) squares += *q * *q;
    for (int layer = N_LAYERS - 1; layer >= 0; layer--) {
        if (layer) backward(layer, p[layer]);
        update(layer, p[layer]);
        if (layer) through_activation(layer);
    }
    return loss + PENALTY * squares;
}
