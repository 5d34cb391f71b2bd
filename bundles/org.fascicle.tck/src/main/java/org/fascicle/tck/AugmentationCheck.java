package org.fascicle.tck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.fascicle.data.Augmentation;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Philox;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;

/** The promises of an augmentation on one sample, each a method that tells what it found; empty is good. Confined to one thread. */
public final class AugmentationCheck {
    private static final float SENTINEL = 12345.678f;
    private static final int BEFORE = 3;
    private static final int BEHIND = 5;
    private static final int TRIES = 30;

    private final Augmentation augmentation;
    private final Tensor sample;

    /** @param sample without a batch axis */
    public AugmentationCheck(Augmentation augmentation, Tensor sample) {
        this.augmentation = augmentation;
        this.sample = sample;
    }

    /** As they are made in a run. */
    private static Draws draws(long seed, int epoch, int sample) {
        return Philox.of(seed, "augmentation", sample, 0, epoch);
    }

    /** A sample in the midst of others. */
    private static float[] around(Tensor t, float others) {
        float[] a = new float[BEFORE + t.size() + BEHIND];
        Arrays.fill(a, others);
        System.arraycopy(t.data(), 0, a, BEFORE, t.size());
        return a;
    }

    private Tensor apply(Draws draws, float others) {
        return result(written(draws, around(sample, others)));
    }

    private Tensor apply(long seed, int epoch, int number) {
        return apply(draws(seed, epoch, number), Float.NaN);
    }

    private float[] written(Draws draws, float[] from) {
        int size = augmentation.shape(sample.shape()).size();
        float[] to = new float[BEHIND + size + BEFORE];
        Arrays.fill(to, SENTINEL);
        Arrays.fill(to, BEHIND, BEHIND + size, Float.NaN);
        augmentation.apply(draws, sample.shape(), from, BEFORE, to, BEHIND);
        return to;
    }

    private Tensor result(float[] to) {
        Shape out = augmentation.shape(sample.shape());
        return Tensor.of(out, Arrays.copyOfRange(to, BEHIND, BEHIND + out.size()));
    }

    private static boolean same(Tensor a, Tensor b) {
        return Arrays.equals(a.data(), b.data());
    }

    /** The shape follows from the shape, and a random augmentation keeps it. */
    public List<String> shapeIsPure() {
        Shape in = sample.shape(), out = augmentation.shape(in), again = augmentation.shape(in);
        if (!out.equals(again)) return List.of("shape of " + in + " was " + out + " and is now " + again);
        return augmentation.random() && !out.equals(in)
                ? List.of(
                        "shape of " + in + " is " + out
                                + ": expected it to be kept, for what is random is left out in tests; say random() = false, or keep it")
                : List.of();
    }

    /** All of the sample that comes out is written with finite numbers, and nothing else. */
    public List<String> fillsItsPlace() {
        for (int i = 0; i < TRIES; i++) {
            float[] to;
            try {
                to = written(draws(1, 0, i), around(sample, 0));
            } catch (IndexOutOfBoundsException e) {
                return List.of("apply leaves its place: " + e.getMessage() + "; expected " + sample.shape() + " in and "
                        + augmentation.shape(sample.shape()) + " out");
            }
            Tensor out = result(to);
            int bad = Numbers.firstNotFinite(out), end = BEHIND + out.size();
            if (bad >= 0)
                return List.of("apply leaves " + out.data()[bad] + " at " + Numbers.place(out.shape(), bad)
                        + ": expected a finite number in every element");
            for (int k = 0; k < to.length; k++) {
                if ((k < BEHIND || k >= end) && to[k] != SENTINEL)
                    return List.of("apply writes " + (k < BEHIND ? "before" : "behind")
                            + " its place: expected index toAt to toAt + "
                            + (out.size() - 1) + ", got toAt" + (k < BEHIND ? " - " : " + ") + Math.abs(k - BEHIND)
                            + "; another sample lies there");
            }
        }
        return List.of();
    }

    /** What it reads is its sample only, and that is not written. */
    public List<String> leavesItsSourceUntouched() {
        for (int i = 0; i < TRIES; i++) {
            float[] from = around(sample, SENTINEL), before = from.clone();
            Tensor a = result(written(draws(1, 0, i), from));
            for (int k = 0; k < from.length; k++) {
                if (Float.floatToIntBits(from[k]) != Float.floatToIntBits(before[k]))
                    return List.of("apply writes to its source at fromAt + " + (k - BEFORE) + ": expected " + before[k]
                            + ", got " + from[k] + "; the sample belongs to the caller");
            }
            if (!same(a, apply(draws(1, 0, i), -SENTINEL)))
                return List.of(
                        "apply reads beyond its sample: other numbers around it give another result; read fromAt to fromAt + "
                                + (sample.size() - 1));
        }
        return List.of();
    }

    /** The same seed, epoch and sample give the same bits, whatever came before. */
    public List<String> repeats() {
        Tensor[] first = new Tensor[TRIES];
        for (int i = 0; i < TRIES; i++) first[i] = apply(1, 2, i);
        for (int i : IntStream.concat(
                        IntStream.of(0, 0), IntStream.range(0, TRIES).map(k -> TRIES - 1 - k))
                .toArray()) {
            if (!same(first[i], apply(1, 2, i)))
                return List.of("seed 1, epoch 2, sample " + i + " gave something else when asked again"
                        + "; draw from Draws only, by element, and keep nothing");
        }
        return List.of();
    }

    /** Seed, epoch and sample each make a difference if it is random, and nothing is drawn if it is not. */
    public List<String> varies() {
        if (!augmentation.random()) {
            try {
                apply(new Forbidden(), Float.NaN);
                return List.of();
            } catch (Drawn e) {
                return List.of(
                        "it draws, but random() is false, so it would be applied to tests and predictions; return true");
            }
        }
        List<String> found = new ArrayList<>();
        Tensor first = apply(1, 0, 0);
        if (IntStream.range(1, TRIES).allMatch(i -> same(first, apply(1, 0, i)))) found.add(constant("samples"));
        if (IntStream.range(1, TRIES).allMatch(i -> same(first, apply(1, i, 0)))) found.add(constant("epochs"));
        if (IntStream.range(1, TRIES).allMatch(i -> same(first, apply(1 + i, 0, 0)))) found.add(constant("seeds"));
        return found;
    }

    private static String constant(String what) {
        return TRIES + " " + what + " gave the same result although random() is true; draw from Draws, or return false";
    }

    /** Thrown where nothing may be drawn. */
    private static final class Drawn extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static final class Forbidden implements Draws {
        @Override
        public float uniform(long element) {
            throw new Drawn();
        }

        @Override
        public float normal(long element) {
            throw new Drawn();
        }
    }

    /** Samples of another rank are refused with a ShapeException, or done. */
    public List<String> rejectsWrongShapes() {
        for (Shape s : List.of(Shape.of(), Shape.of(3), Shape.of(2, 3), Shape.of(1, 1, 1), Shape.of(2, 1, 2, 1, 2))) {
            try {
                List<String> found = new AugmentationCheck(augmentation, Samples.normal(s.dims())).fillsItsPlace();
                if (!found.isEmpty())
                    return List.of("of a sample " + s + ": " + found.get(0) + ", or a ShapeException from shape");
            } catch (ShapeException e) {
                if (e.getMessage().isBlank())
                    return List.of("of a sample " + s + ": the ShapeException has no message");
            } catch (RuntimeException e) {
                return List.of("of a sample " + s + ": expected a ShapeException from shape, got " + e);
            }
        }
        return List.of();
    }

    public List<String> keepsNothingInFields() {
        return Fields.kept(augmentation, () -> {
            for (int i = 0; i < TRIES; i++) apply(1, 0, i);
        });
    }

    /** Several threads, each with samples of its own, get what each gets alone. */
    public List<String> servesManyThreads() throws InterruptedException {
        Tensor[][] expected = new Tensor[Together.THREADS][TRIES];
        for (int t = 0; t < expected.length; t++) for (int i = 0; i < TRIES; i++) expected[t][i] = apply(1, t, i);
        return Together.run(t -> {
                    for (int i = 0; i < TRIES; i++) {
                        if (!same(expected[t][i], apply(1, t, i))) return Optional.of("epoch " + t + ", sample " + i);
                    }
                    return Optional.empty();
                })
                .map(d -> "several threads on the same augmentation disturb each other: " + d
                        + " gave something else; work with the arguments and local variables only")
                .stream()
                .toList();
    }
}
