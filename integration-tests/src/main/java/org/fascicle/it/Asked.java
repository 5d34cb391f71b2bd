package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.model.Model;
import org.fascicle.tensor.Tensor;
import org.osgi.framework.Bundle;

/**
 * A model, what it is asked, and all that it may answer: for each combination of versions one answer, to the last bit. Each
 * version multiplies by another power of two, so that an answer tells which combination gave it, and whether that combination
 * was there meanwhile. Thread-safe.
 */
final class Asked {
    /** A plug-in whose contents have these exponents. */
    record Part(Bundle bundle, int... exponents) {}

    private final Model model;
    private final Tensor x;
    private final Timeline timeline;
    private final Map<List<Float>, Map<Bundle, Integer>> answers = new HashMap<>();

    Asked(Model model, Tensor x, Timeline timeline) {
        this.model = model;
        this.x = x;
        this.timeline = timeline;
    }

    /** What it answers now, where all exponents are zero. */
    List<Float> now() {
        return Cases.list(model.predict(x));
    }

    /**
     * On this backend, with all exponents zero, it answers this; and then with every combination of one provider of each kind.
     *
     * @param kinds for each kind the bundles that provide it
     */
    Asked on(Bundle backend, List<Float> zero, List<List<Part>> kinds) {
        combine(Map.of(backend, 0), zero, kinds);
        return this;
    }

    private void combine(Map<Bundle, Integer> chosen, List<Float> answer, List<List<Part>> kinds) {
        if (kinds.isEmpty()) {
            assertThat(answers.put(answer, chosen))
                    .as("another combination with the answer of %s", chosen)
                    .isNull();
            return;
        }
        for (Part p : kinds.get(0)) {
            for (int i = 0; i < p.exponents.length; i++) {
                int exponent = p.exponents[i];
                Map<Bundle, Integer> more = new LinkedHashMap<>(chosen);
                more.put(p.bundle, i);
                combine(
                        more,
                        answer.stream().map(y -> Math.scalb(y, exponent)).toList(),
                        kinds.subList(1, kinds.size()));
            }
        }
    }

    /** Asks once, and demands the answer of a combination that was there at one moment from asking to answering. */
    void check() {
        int from = timeline.now();
        List<Float> y = Cases.list(model.predict(x));
        int to = timeline.now();
        Map<Bundle, Integer> by = answers.get(y);
        if (by == null)
            throw new AssertionError(model.name() + " answered " + y + ", which is no combination's answer: "
                    + new ArrayList<>(answers.keySet()).subList(0, Math.min(4, answers.size())) + "…");
        if (!timeline.possible(by, from, to))
            throw new AssertionError(model.name() + " answered as " + by + " does, which were not together from moment "
                    + from + " to " + to + ": " + timeline.between(from, to));
    }

    @Override
    public String toString() {
        return model.name() + " of " + Arrays.toString(x.shape().dims());
    }
}
