#!/usr/bin/env python3
"""Packs the 1,797 handwritten digits into the resource that org.fascicle.datasets.Digits reads.

Run it in the bundle's folder; the same CSV gives the same bytes everywhere (no compression library takes part):

    python3 tools/pack_digits.py ../../../shared/data/tabular/digits.csv src/main/resources/org/fascicle/datasets/digits.bin

Form: a stream of bits, highest bit first, padded with zeros to a whole byte. For each sample 4 bits of label and then 64
pixels, row by row: bit 0 for a pixel of 0, else bit 1 and 4 bits of the pixel less one. That is as small as deflate makes it.
"""
import csv
import sys

SAMPLES, PIXELS = 1797, 64


def main(source, target):
    with open(source, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    if len(rows) != SAMPLES:
        sys.exit(f"{source}: expected {SAMPLES} samples, got {len(rows)}")
    bits = []
    for number, row in enumerate(rows, 2):
        pixels, label = [int(cell) for cell in row[:PIXELS]], int(row[PIXELS])
        if not all(0 <= pixel <= 16 for pixel in pixels) or not 0 <= label <= 9:
            sys.exit(f"{source}: line {number}: pixels must be 0 to 16 and labels 0 to 9")
        bits.append(f"{label:04b}")
        bits.extend("0" if pixel == 0 else f"1{pixel - 1:04b}" for pixel in pixels)
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    with open(target, "wb") as file:
        file.write(int(text, 2).to_bytes(len(text) // 8, "big"))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
