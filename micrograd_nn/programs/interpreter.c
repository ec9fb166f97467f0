/* The interpreter of compiled programs: it runs a graph's operations over an array of doubles.

   A run does one operation n times over. The q-th time it reads each operand at its offset + q or, where the operand
   stays, at its offset, and writes to out + q. An operand may stand exactly where the result goes. native.py hands the
   runs over as integers, so a new graph needs no compiling, and nothing here knows of Python.

   A promise, for which the build says -ffp-contract=off and never -ffast-math: every number comes out with the same
   bits as from the same operations in Python, one after the other. Only totals are added in an order of their own, and
   in lanes, exp and tanh are not libm's; both are the same on every machine. */

#include <fenv.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#if FLT_EVAL_METHOD != 0
#error this processor rounds twice, so its bits would not be those of Python
#endif

/* One file for every processor of a kind: the loader picks the widest clone that this one can run. */
#if defined(__x86_64__) && defined(__ELF__) && defined(__GNUC__) && !defined(NO_CLONES)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#define MANY_REGISTERS __builtin_cpu_supports("avx512f") /* 32 for vectors, else 16 */
#else
#define CLONES
#define MANY_REGISTERS 0
#endif
#define INLINE static inline __attribute__((always_inline)) /* into each clone, with its constants */

enum operation { /* in the order of OPERATIONS in native.py */
    HUSH, HEED, GATHER, TOTAL, TOTALS, SUM, /* the first two stand around quiet runs */
    DIVIDE, LARGER, SMALLER, LEAK, LESS, AT_MOST, RECTIFY, ABSOLUTE, SQUARE_ROOT, POWER, FINITE,
    EXP, LOG, EXPM1, LOG1P, SIN, COS, TAN, ATAN, SINH, COSH, TANH, ERF, SIGMOID, SOFTPLUS, ELU, SILU, GELU,
    QUICK_EXP, QUICK_TANH
};

struct run {
    int32_t operation;
    int32_t n; /* how often; 0: once for each lane */
    int32_t out, n_operands;
    int32_t operands[]; /* 2 * offset + 1 where it moves on with q, 2 * offset where it stays */
};

struct machine { /* as Layout in native.py */
    double *memory;
    const int32_t *before, *before_end, *block, *block_end, *after, *after_end; /* runs, one behind the other */
    const int32_t *parameters, *inputs, *outputs, *gradients; /* offsets; those of outputs as operands */
    int64_t n_parameters, n_inputs, n_outputs, n_gradients;
    int64_t lanes; /* examples in a block */
    int64_t totals, totals_end;
    const double **columns; /* where the first row's inputs stand */
    double **results; /* and where its outputs go */
};

enum { TROUBLE = FE_DIVBYZERO | FE_OVERFLOW | FE_INVALID };
enum { DIVIDED_BY_ZERO = 1, OVERFLOWED = 2, INVALID = 4, NOT_FINITE = 8 }; /* the bits of a status */


/* Operations on one number, as functions.py has them. */

static double sigmoid(double x)
{
    if (x >= 0)
        return 1 / (1 + exp(-x));
    return exp(x) / (1 + exp(x)); /* exp(-x) would overflow here */
}

static double softplus(double x) { return (0.0 > x ? 0.0 : x) + log1p(exp(-fabs(x))); }
static double elu(double x) { return x > 0 ? x : expm1(x); }
static double silu(double x) { return x * sigmoid(x); }
static double gelu(double x) { return x * erfc(-x / sqrt(2.0)) / 2; }

static double (*const FUNCTIONS[])(double) = {
    [EXP] = exp, [LOG] = log, [EXPM1] = expm1, [LOG1P] = log1p, [SIN] = sin, [COS] = cos, [TAN] = tan, [ATAN] = atan,
    [SINH] = sinh, [COSH] = cosh, [TANH] = tanh, [ERF] = erf, [SIGMOID] = sigmoid, [SOFTPLUS] = softplus, [ELU] = elu,
    [SILU] = silu, [GELU] = gelu
};


/* exp within 1.1 units in the last place, tanh within 3 (libm's are within 0.6 and 2.2), from arithmetic alone, of which
   compilers make vectors: of 104 numbers, a tanh takes 150 ns where libm takes 900, an exp 140 where it takes 480. */

/* Variables that others might change: for constants, GCC would write branches, and so no vectors. */
double largest_in_exp = 710, smallest_in_exp = -746, largest_in_tanh = 20; /* beyond them, results stay the same */

static const double ROUNDS = 0x1.8p52; /* added and taken away again, it leaves a whole number */

/* 2^k for a whole k from -1022 to 1023, of which the bits are those of k + 1023 where the exponent stands. */
INLINE double power_of_two(double k)
{
    union { double number; uint64_t bits; } power = {k + ROUNDS};
    power.bits = (power.bits + 1023) << 52;
    return power.number;
}

/* exp(r) - 1, where x = k log 2 + r and r is small: its series to r^13, of which the first term left out is 4e-18. */
INLINE double expm1_of_rest(double x, double *k)
{
    *k = (x * 0x1.71547652b82fep0 + ROUNDS) - ROUNDS; /* x / log 2 */
    double r = (x - *k * 0x1.62e42feep-1) - *k * 0x1.a39ef35793c76p-33; /* log 2 in two parts: the first is exact */
    double sum = 1 / 6227020800.0;
    sum = (sum * r + 1 / 479001600.0) * r + 1 / 39916800.0;
    sum = (sum * r + 1 / 3628800.0) * r + 1 / 362880.0;
    sum = (sum * r + 1 / 40320.0) * r + 1 / 5040.0;
    sum = (sum * r + 1 / 720.0) * r + 1 / 120.0;
    sum = (sum * r + 1 / 24.0) * r + 1 / 6.0;
    return (sum * r + 1 / 2.0) * r * r + r;
}

INLINE double quick_exp(double x)
{
    x = x > largest_in_exp ? largest_in_exp : x;
    x = x < smallest_in_exp ? smallest_in_exp : x;
    double k, rest = expm1_of_rest(x, &k), half = (k / 2 + ROUNDS) - ROUNDS; /* 2^k may be too large for a number */
    return (rest + 1) * power_of_two(half) * power_of_two(k - half);
}

/* tanh |x| = -e / (e + 2) with e = exp(-2|x|) - 1 = 2^k (exp(r) - 1) + (2^k - 1). */
INLINE double quick_tanh(double x)
{
    double k, size = fabs(x) > largest_in_tanh ? largest_in_tanh : fabs(x);
    double rest = expm1_of_rest(-2 * size, &k), power = power_of_two(k), e = power * rest + (power - 1);
    return copysign(-e / (e + 2), x);
}

/* What an operation makes of its operands; those that it does not have are not looked at. */
INLINE double apply(int operation, double x, double y, double a, double b)
{
    switch (operation) {
    case DIVIDE: return x / y;
    case LARGER: return ((y > x) | (y != y)) ? y : x; /* nan where one of them is */
    case SMALLER: return ((y < x) | (y != y)) ? y : x;
    case LEAK: return x * (x > 0 ? 1 : y);
    case LESS: return x < y ? a : b;
    case AT_MOST: return x <= y ? a : b;
    case RECTIFY: return x <= 0 ? 0 : x;
    case ABSOLUTE: return fabs(x);
    case SQUARE_ROOT: return sqrt(x);
    case POWER: return x == x && y == y ? pow(x, y) : NAN; /* C says nan**0 = 1: that would hide the nan */
    case FINITE: return fabs(x) <= DBL_MAX ? x : NAN;
    case QUICK_EXP: return quick_exp(x);
    case QUICK_TANH: return quick_tanh(x);
    default: return FUNCTIONS[operation](x);
    }
}


/* Sums of products: most of the work. A chunk of sums stays in registers from the first product to the last, which
   compilers see to where its width is a constant; so a function below is written once and compiled for each width. */

enum { WIDTH = 8, WIDEST = 7 * WIDTH };

INLINE const double *at(const double *memory, int32_t operand) { return memory + (operand >> 1); }

/* Add to each sum, of which the first is the q-th, its product. Only `kept` of them count: the others take 0 for what
   would stand behind the end of an operand that moves, so that they raise no flag. */
INLINE void add_products(double *sums, int width, int64_t kept, const double *memory, const int32_t *operands,
                         int64_t q)
{
    const double *x = at(memory, operands[0]), *y = at(memory, operands[1]);
    double x_stays = *x, y_stays = *y;
    int moving = (operands[0] & 1) + 2 * (operands[1] & 1);
    if (moving == 3)
        for (int i = 0; i < width; i++)
            sums[i] += (i < kept ? x[q + i] : 0) * (i < kept ? y[q + i] : 0);
    else if (moving == 2)
        for (int i = 0; i < width; i++)
            sums[i] += x_stays * (i < kept ? y[q + i] : 0);
    else if (moving == 1)
        for (int i = 0; i < width; i++)
            sums[i] += (i < kept ? x[q + i] : 0) * y_stays;
    else
        for (int i = 0; i < width; i++)
            sums[i] += x_stays * y_stays;
}

/* The sums from the q-th on: `kept` of them, in a chunk of a width. */
INLINE void sum_chunk(int width, int64_t kept, double *memory, const struct run *run, int64_t q)
{
    double sums[WIDEST];
    for (int i = 0; i < width; i++)
        sums[i] = -0.0; /* -0 + x is x, even where x is -0 */
    const int32_t *operands = run->operands, *end = operands + run->n_operands;
    do /* there is at least one: compilers then see that sums are in registers to the end */
        add_products(sums, width, kept, memory, operands, q);
    while ((operands += 2) < end);
    for (int i = 0; i < width; i++)
        if (i < kept)
            memory[run->out + q + i] = sums[i];
}

CLONES static void sum(double *memory, const struct run *run, int64_t n)
{
    /* Measured on the sums of a network: 32 registers take 3.0 µs, narrower 4.1; 16 registers 6.2 µs, narrower 5.1. */
    int64_t q = 0, widest = MANY_REGISTERS ? WIDEST : 4 * WIDTH;
    while (q < n) {
        int64_t width = n - q < widest ? (n - q) / WIDTH * WIDTH : widest;
        switch (width / WIDTH) {
        case 7: sum_chunk(7 * WIDTH, 7 * WIDTH, memory, run, q); break;
        case 6: sum_chunk(6 * WIDTH, 6 * WIDTH, memory, run, q); break;
        case 5: sum_chunk(5 * WIDTH, 5 * WIDTH, memory, run, q); break;
        case 4: sum_chunk(4 * WIDTH, 4 * WIDTH, memory, run, q); break;
        case 3: sum_chunk(3 * WIDTH, 3 * WIDTH, memory, run, q); break;
        case 2: sum_chunk(2 * WIDTH, 2 * WIDTH, memory, run, q); break;
        case 1: sum_chunk(1 * WIDTH, 1 * WIDTH, memory, run, q); break;
        case 0: sum_chunk(1 * WIDTH, n - q, memory, run, q); return;
        }
        q += width;
    }
}

/* The sum of n products, from eight parts that grow side by side. */

INLINE double added_up(const double *parts)
{
    return ((parts[0] + parts[4]) + (parts[2] + parts[6])) + ((parts[1] + parts[5]) + (parts[3] + parts[7]));
}

CLONES static double total_of_two(const double *x, const double *y, int64_t n)
{
    double parts[WIDTH] = {0}, rest = 0;
    int64_t q = 0;
    for (; n - q >= WIDTH; q += WIDTH)
        for (int i = 0; i < WIDTH; i++)
            parts[i] += x[q + i] * y[q + i];
    for (; q < n; q++)
        rest += x[q] * y[q];
    return added_up(parts) + rest;
}

CLONES static double total_of_one(const double *x, double y, int64_t n)
{
    double parts[WIDTH] = {0}, rest = 0;
    int64_t q = 0;
    for (; n - q >= WIDTH; q += WIDTH)
        for (int i = 0; i < WIDTH; i++)
            parts[i] += x[q + i] * y;
    for (; q < n; q++)
        rest += x[q] * y;
    return added_up(parts) + rest;
}

/* The sum of n sums of products. */
static double total(const double *memory, const struct run *run, int64_t n)
{
    double sum = 0;
    for (int32_t k = 0; k < run->n_operands; k += 2) {
        const double *x = at(memory, run->operands[k]), *y = at(memory, run->operands[k + 1]);
        switch ((run->operands[k] & 1) + 2 * (run->operands[k + 1] & 1)) {
        case 3: sum += total_of_two(x, y, n); break;
        case 2: sum += total_of_one(y, *x, n); break;
        case 1: sum += total_of_one(x, *y, n); break;
        case 0: sum += (double)n * (*x * *y); break;
        }
    }
    return sum;
}

/* Several totals of products with one factor, which is read only once for them all: a step of moons takes a fifth less. */

enum { MOST_TOTALS = 8 };

/* Add the totals with the factors at a few operands to what is at `out` and behind it. */
INLINE void total_few(int width, double *out, const double *x, const double *rest, int64_t n, const double *memory,
                      const int32_t *operands)
{
    double parts[MOST_TOTALS][WIDTH];
    for (int k = 0; k < width; k++)
        for (int i = 0; i < WIDTH; i++)
            parts[k][i] = -0.0;
    for (int64_t q = 0; q < n; q += WIDTH) {
        const double *factors = n - q < WIDTH ? rest : x + q;
        for (int k = 0; k < width; k++) {
            const double *y = at(memory, operands[k]) + q;
#pragma GCC unroll 4 /* not 8 at once: GCC would add numbers of several totals together, not several of one */
            for (int i = 0; i < WIDTH; i++)
                parts[k][i] += factors[i] * y[i];
        }
    }
    for (int k = 0; k < width; k++)
        out[k] += added_up(parts[k]);
}

CLONES static void totals(double *memory, const struct run *run, int64_t n)
{
    const int32_t *operands = run->operands + 1, *end = run->operands + run->n_operands;
    const double *x = at(memory, run->operands[0]);
    double *out = memory + run->out, rest[WIDTH] = {0}; /* the last factors: 0 for lanes that are no example */
    for (int i = 0; i < n % WIDTH; i++)
        rest[i] = x[n - n % WIDTH + i];
    for (int width; operands < end; operands += width, out += width) {
        int64_t left = end - operands;
        width = left >= 8 && MANY_REGISTERS ? 8 : left >= 4 ? 4 : 1;
        switch (width) {
        case 8: total_few(8, out, x, rest, n, memory, operands); break;
        case 4: total_few(4, out, x, rest, n, memory, operands); break;
        case 1: total_few(1, out, x, rest, n, memory, operands); break;
        }
    }
}


/* The other operations, eight numbers at a time. */

struct operand {
    _Alignas(64) double stays[WIDTH]; /* one that stays, eight times, in one line of the processor's cache */
    const double *next;
    int64_t step; /* how far it moves on after eight numbers: 8, or 0 where it stays */
};

/* Fill n places from `out` on. */
INLINE void apply_each(int operation, double *out, const struct operand *operands, int64_t n)
{
    const double *x = operands[0].next, *y = operands[1].next, *a = operands[2].next, *b = operands[3].next;
    for (; n >= WIDTH; n -= WIDTH) {
        double results[WIDTH]; /* before they are written: an operand may stand where they go */
        for (int i = 0; i < WIDTH; i++)
            results[i] = apply(operation, x[i], y[i], a[i], b[i]);
        for (int i = 0; i < WIDTH; i++)
            out[i] = results[i];
        out += WIDTH, x += operands[0].step, y += operands[1].step, a += operands[2].step, b += operands[3].step;
    }
    for (int64_t i = 0; i < n; i++)
        out[i] = apply(operation, x[i], y[i], a[i], b[i]);
}

/* Four operands of a run; those that it does not have are its first. */
INLINE void read_operands(struct operand *operands, const double *memory, const struct run *run)
{
    for (int32_t k = 0; k < 4; k++) {
        int32_t operand = run->operands[k < run->n_operands ? k : 0];
        const double *x = at(memory, operand);
        operands[k].step = operand & 1 ? WIDTH : 0;
        operands[k].next = operand & 1 ? x : operands[k].stays;
        if (!(operand & 1))
            for (int i = 0; i < WIDTH; i++)
                operands[k].stays[i] = *x;
    }
}

CLONES static void each(double *memory, const struct run *run, int64_t n)
{
    struct operand operands[4];
    read_operands(operands, memory, run);
    double *out = memory + run->out;
    switch (run->operation) { /* for each operation a loop of its own, and one for all functions of libm */
    case DIVIDE: apply_each(DIVIDE, out, operands, n); break;
    case LARGER: apply_each(LARGER, out, operands, n); break;
    case SMALLER: apply_each(SMALLER, out, operands, n); break;
    case LEAK: apply_each(LEAK, out, operands, n); break;
    case LESS: apply_each(LESS, out, operands, n); break;
    case AT_MOST: apply_each(AT_MOST, out, operands, n); break;
    case RECTIFY: apply_each(RECTIFY, out, operands, n); break;
    case ABSOLUTE: apply_each(ABSOLUTE, out, operands, n); break;
    case SQUARE_ROOT: apply_each(SQUARE_ROOT, out, operands, n); break;
    case POWER: apply_each(POWER, out, operands, n); break;
    case FINITE: apply_each(FINITE, out, operands, n); break;
    case QUICK_EXP: apply_each(QUICK_EXP, out, operands, n); break;
    case QUICK_TANH: apply_each(QUICK_TANH, out, operands, n); break;
    default:
        for (int64_t q = 0; q < n; q++)
            out[q] = FUNCTIONS[run->operation](operands->next[operands->step ? q : 0]);
    }
}


/* Runs of a single number. */

static void sum_one(double *memory, const struct run *run)
{
    double sum = -0.0;
    for (int32_t k = 0; k < run->n_operands; k += 2)
        sum += *at(memory, run->operands[k]) * *at(memory, run->operands[k + 1]);
    memory[run->out] = sum;
}

static void apply_one(double *memory, const struct run *run)
{
    double operands[4] = {0};
    for (int32_t k = 0; k < run->n_operands; k++)
        operands[k] = *at(memory, run->operands[k]);
    memory[run->out] = apply(run->operation, operands[0], operands[1], operands[2], operands[3]);
}


/* The machine. */

/* Run what stands from `next` to `end`. `rows` of the lanes are real, the others only fill the block up. */
static int execute(const struct machine *m, const int32_t *next, const int32_t *end, int64_t rows)
{
    double *memory = m->memory;
    int raised = 0;
    while (next < end) {
        const struct run *run = (const struct run *)next;
        int64_t n = run->n ? run->n : m->lanes;
        switch (run->operation) {
        case HUSH: /* what the runs from here to HEED raise is no trouble */
            raised |= fetestexcept(TROUBLE);
            break;
        case HEED:
            if (fetestexcept(TROUBLE)) /* to test takes 9 ns, to clear 64 */
                feclearexcept(TROUBLE);
            break;
        case GATHER:
            for (int64_t q = 0; q < n; q++)
                memory[run->out + q] = *at(memory, run->operands[q]);
            break;
        case TOTAL:
            if (run->n)
                memory[run->out] = total(memory, run, n);
            else
                memory[run->out] += total(memory, run, rows);
            break;
        case TOTALS:
            totals(memory, run, rows);
            break;
        case SUM:
            if (n == 1)
                sum_one(memory, run);
            else
                sum(memory, run, n);
            break;
        default:
            if (n == 1)
                apply_one(memory, run);
            else
                each(memory, run, n);
        }
        next = run->operands + run->n_operands;
    }
    return raised | fetestexcept(TROUBLE);
}

/* Fill the lanes with the inputs of some rows, from the first on; the lanes left over repeat the last. */
static void read_rows(const struct machine *m, int64_t first, int64_t n_rows, int64_t step)
{
    for (int64_t j = 0; j < m->n_inputs; j++) {
        const double *numbers = m->columns[j] + first * step;
        double *lanes = m->memory + m->inputs[j];
        if (step == 1)
            memcpy(lanes, numbers, (size_t)n_rows * sizeof *lanes);
        else
            for (int64_t i = 0; i < n_rows; i++)
                lanes[i] = numbers[i * step];
        for (int64_t i = n_rows; i < m->lanes; i++)
            lanes[i] = lanes[n_rows - 1];
    }
}

CLONES static int all_finite(const double *numbers, int64_t n)
{
    int64_t trouble = 0; /* as wide as the numbers, so that compilers see vectors */
    for (int64_t i = 0; i < n; i++)
        trouble |= !isfinite(numbers[i]);
    return !trouble;
}

/* Write the outputs of some rows, from the first on; the answer is whether all are finite. */
static int write_rows(const struct machine *m, int64_t first, int64_t n_rows, int64_t step)
{
    int finite = 1;
    for (int64_t k = 0; k < m->n_outputs; k++) {
        const double *lanes = at(m->memory, m->outputs[k]);
        double *numbers = m->results[k] + first * step;
        int moves = m->outputs[k] & 1;
        if (moves && step == 1)
            memcpy(numbers, lanes, (size_t)n_rows * sizeof *lanes);
        else
            for (int64_t i = 0; i < n_rows; i++)
                numbers[i * step] = lanes[moves ? i : 0];
        finite &= all_finite(lanes, moves ? n_rows : 1);
    }
    return finite;
}

static int write_gradients(const struct machine *m, double *gradients)
{
    for (int64_t k = 0; k < m->n_gradients; k++)
        gradients[k] = m->memory[m->gradients[k]] + 0.0; /* as when a gradient starts from 0: never -0 */
    return all_finite(gradients, m->n_gradients);
}

/* Run the program for some rows, at least one: outputs of each, and gradients of their mean. */
static int run_table(const struct machine *m, const double *parameters, int64_t n_rows, int64_t input_step,
                     int64_t output_step, double *gradients)
{
    int finite = 1;
    feclearexcept(TROUBLE);
    for (int64_t k = 0; k < m->n_parameters; k++)
        m->memory[m->parameters[k]] = parameters[k];
    if (m->lanes == 1)
        read_rows(m, 0, 1, input_step); /* a whole graph: all its runs stand before the blocks */
    int raised = execute(m, m->before, m->before_end, 0);
    for (int64_t k = m->totals; k < m->totals_end; k++)
        m->memory[k] = 0;
    for (int64_t first = 0; first < n_rows; first += m->lanes) {
        int64_t real = n_rows - first < m->lanes ? n_rows - first : m->lanes;
        if (m->lanes > 1)
            read_rows(m, first, real, input_step);
        raised |= execute(m, m->block, m->block_end, real);
        finite &= write_rows(m, first, real, output_step);
    }
    for (int64_t k = m->totals; k < m->totals_end; k++)
        m->memory[k] /= (double)n_rows;
    raised |= execute(m, m->after, m->after_end, 0);
    finite &= write_gradients(m, gradients);
    return (raised & FE_DIVBYZERO ? DIVIDED_BY_ZERO : 0) | (raised & FE_OVERFLOW ? OVERFLOWED : 0)
         | (raised & FE_INVALID ? INVALID : 0) | (finite ? 0 : NOT_FINITE);
}

/* Inputs and outputs row by row. */
int run(const struct machine *m, const double *parameters, const double *rows, int64_t n_rows,
        double *outputs, double *gradients)
{
    for (int64_t j = 0; j < m->n_inputs; j++)
        m->columns[j] = rows + j;
    for (int64_t k = 0; k < m->n_outputs; k++)
        m->results[k] = outputs + k;
    return run_table(m, parameters, n_rows, m->n_inputs, m->n_outputs, gradients);
}

/* Inputs and outputs column by column: where each starts was written to the machine before. */
int run_columns(const struct machine *m, const double *parameters, int64_t n_rows, double *gradients)
{
    return run_table(m, parameters, n_rows, 1, 1, gradients);
}
