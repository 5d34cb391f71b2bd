package org.fascicle.experiments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fascicle.data.Splits;
import org.fascicle.model.LearnerSpec;
import org.fascicle.train.RunSpec;

/** How an experiment trains: its keys {@code training} and {@code metrics}, checked. Immutable. */
record Training(
        int epochs,
        int batchSize,
        boolean shuffle,
        double validation,
        LearnerSpec learner,
        Optional<Map<String, Object>> schedule,
        List<Map<String, Object>> augmentation,
        List<Map<String, Object>> metrics) {
    /** The known keys, with the values of those that need not be given; null where there is nothing then. */
    static final Map<String, Object> DEFAULTS = defaults();

    static final Set<String> KEYS = DEFAULTS.keySet();

    private static Map<String, Object> defaults() {
        Map<String, Object> d = new LinkedHashMap<>();
        d.put("epochs", 10);
        d.put("batch_size", 32);
        d.put("shuffle", true);
        d.put("validation_split", 0);
        d.put("seed", 0);
        d.put("optimizer", "adam");
        d.put("schedule", null);
        d.put("augmentation", null);
        d.put("clip_norm", null);
        d.put("providers", "pinned");
        return Collections.unmodifiableMap(d);
    }

    /** Puts in what was not given. */
    static void complete(Map<String, Object> training) {
        DEFAULTS.forEach((k, v) -> {
            if (v != null) training.putIfAbsent(k, v);
        });
    }

    /** Reads a completed tree. */
    static Training of(Document d) {
        Map<String, Object> t = Typed.object(d.at(List.of("training")), d.tree().get("training"));
        double validation =
                Typed.real(at(d, "validation_split"), t.get("validation_split"), "a number from 0 to below 1");
        if (!(validation >= 0 && validation < 1))
            throw Typed.wrong(at(d, "validation_split"), "a number from 0 to below 1", validation);
        double clip = t.get("clip_norm") == null
                ? Double.POSITIVE_INFINITY
                : Typed.real(at(d, "clip_norm"), t.get("clip_norm"), "a number above 0");
        if (!(clip > 0)) throw Typed.wrong(at(d, "clip_norm"), "a number above 0", clip);
        LearnerSpec learner = new LearnerSpec(
                Typed.options(at(d, "optimizer"), t.get("optimizer")),
                Typed.whole(at(d, "seed"), t.get("seed")),
                clip,
                providers(d, t.get("providers")));
        return new Training(
                Typed.whole(at(d, "epochs"), t.get("epochs"), 1),
                Typed.whole(at(d, "batch_size"), t.get("batch_size"), 1),
                Typed.flag(at(d, "shuffle"), t.get("shuffle")),
                validation,
                learner,
                Optional.ofNullable(t.get("schedule")).map(s -> Typed.options(at(d, "schedule"), s)),
                described(d, List.of("training", "augmentation"), t.get("augmentation")),
                described(d, List.of("metrics"), d.tree().get("metrics")));
    }

    private static String at(Document d, String key) {
        return d.at(List.of("training", key));
    }

    private static LearnerSpec.Providers providers(Document d, Object o) {
        for (LearnerSpec.Providers p : LearnerSpec.Providers.values()) {
            if (p.name().toLowerCase(Locale.ROOT).equals(o)) return p;
        }
        throw Typed.wrong(
                at(d, "providers"),
                "one of " + Arrays.toString(LearnerSpec.Providers.values()).toLowerCase(Locale.ROOT),
                o);
    }

    /** One part or a list of parts. */
    private static List<Map<String, Object>> described(Document d, List<String> path, Object given) {
        if (given == null) return List.of();
        List<?> list = given instanceof List<?> l ? l : List.of(given);
        List<Map<String, Object>> r = new ArrayList<>();
        for (Object m : list) {
            List<String> place = new ArrayList<>(path);
            place.add(Integer.toString(r.size()));
            r.add(Typed.options(d.at(place), m));
        }
        return r;
    }

    /** What a trainer is told. */
    RunSpec run(String name, Splits data) {
        return new RunSpec(
                name, data, learner, schedule, augmentation, metrics, epochs, batchSize, shuffle, validation, true);
    }
}
