"""A GPT made of single numbers makes up names, letter by letter. The picture is pictures/30_names.svg.

It reads 426 of the names that ship five times over, a step a name. The loss is the mean surprise at the next letter:
guessing evenly comes to 3.30. On 47 names held out, counting which letter follows which comes to 2.60, the GPT of 4,192
parameters to 2.44. Ten passes make it 2.54: then it begins to know names by heart, and the loss falls only on those.
At a low temperature it draws likely names, at a high one letters that surprise. With --save FILE --resume it goes on.
"""

import argparse
from collections import Counter
from contextlib import suppress
from math import ceil, log
from pathlib import Path
from statistics import mean

from micrograd_nn import charts, data, language, losses, optim, progress, resume, save, train
from micrograd_nn.charts.marks import text
from micrograd_nn.layers import GPT


def asked():
    parser = argparse.ArgumentParser(description="learn names from a file, one a line, and make up others")
    parser.add_argument("--names", default=language.NAMES_PATH, metavar="FILE")
    sizes = {"steps": 2130, "width": 16, "heads": 4, "blocks": 1, "positions": 16, "temperature": 0.5}
    for name, number in sizes.items():
        parser.add_argument(f"--{name}", type=type(number), default=number, metavar="N", help=f"({number})")
    parser.add_argument("--save", dest="kept", metavar="FILE", help="keep the model and its training, as .json")
    parser.add_argument("--resume", action="store_true", dest="go_on", help="go on from that file, if it is there")
    options = parser.parse_args()
    return options if options.kept or not options.go_on else parser.error("--resume needs --save FILE to go on from")


def counting(training, held_out, n_tokens):
    """The loss of counting which token follows which, each pair once more than it came (Laplace)."""
    pairs = Counter(pair for tokens, following in training for pair in zip(tokens, following))
    firsts = Counter(token for tokens, _ in training for token in tokens)
    return mean(mean(log((firsts[a] + n_tokens) / (pairs[a, b] + 1)) for a, b in zip(*name)) for name in held_out)


def picture(run, baseline, known, drawn):
    """The losses by epoch, beside names drawn at each temperature; those that were in the file are grey."""
    rows = [(e.loss, e.validation_loss, baseline) for e in run.history]
    curves = zip(("learned from", "held out", "counting pairs, held out"), zip(*rows))
    body = text(12, 25, "Names it draws (grey: in the list)", "title")
    for x, (temperature, found) in zip(range(12, 999, 130), drawn.items()):
        body += text(x, 54, f"temperature {temperature:g}", "soft")
        for y, name in zip(range(80, 350, 20), found):
            body += text(x, y, name, "soft" if name in known else "")
    listed = charts.Chart(body, 12 + 130 * len(drawn), 366, "names drawn", f"at temperatures {list(drawn)}")
    return charts.beside(charts.line_chart(dict(curves), "Surprise at the next letter"), listed)


def main(names, steps, width, heads, blocks, positions, temperature, kept, go_on):
    known = language.read_names(names)
    vocabulary = language.Vocabulary.of(known)
    some = data.shuffled(language.examples(known, vocabulary, positions), seed=1)[:steps]  # of a long list
    training, held_out = data.split(some, 0.1, seed=1)
    baseline, epochs = counting(training, held_out, len(vocabulary)), ceil(steps / len(training))
    model = GPT(len(vocabulary), width, heads, blocks, positions, seed=1)
    adam = optim.Adam(model.parameters(), optim.LinearDecay(0.01, epochs * len(training)), beta1=0.85, beta2=0.99)
    run = train(model, training, losses.cross_entropy, adam, epochs, batch_size=1, validation=held_out, seed=1)
    print(model, f"{len(training)} names, {len(held_out)} more held out: counting pairs {baseline:.3f}", sep="\n")
    print("at first:", *language.samples(model, vocabulary, 5, temperature, seed=2, most=positions))
    if go_on and Path(kept).exists():
        resume(run, kept)
    with suppress(KeyboardInterrupt):  # then all is as the last whole epoch left it
        for _ in progress(run):
            if kept:
                save(run, kept, metadata={"vocabulary": vocabulary.characters, "positions": positions})
    print(run.history[-1])
    drawn = {t: language.samples(model, vocabulary, 100, t, seed=2, most=positions) for t in (0.3, temperature, 1.0)}
    for t, found in drawn.items():
        new = [name for name in dict.fromkeys(found) if name not in {*known, ""}]
        print(f"temperature {t:g}: {len({*found})} different names of 100, {len(new)} new, such as", *new[:6])
    Path("pictures").mkdir(exist_ok=True)
    print("wrote", picture(run, baseline, known, drawn).save("pictures/30_names.svg"))


if __name__ == "__main__":
    main(**vars(asked()))
