package org.fascicle.trainer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.fascicle.plugin.Origin;
import org.fascicle.train.RunEvent;
import org.fascicle.train.RunSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a run stands and what it reached, told to its audience. Confined to the run's thread once it runs. */
final class Report {
    private static final Logger log = LoggerFactory.getLogger(Report.class);

    private final TrainingRun run;
    private final RunSpec spec;
    private final Audience audience;
    private final int batches;
    private final long began = System.nanoTime();
    private final Map<String, Double> numbers = new LinkedHashMap<>();
    private int epoch;
    private int batch;
    private long steps;
    private long samples;

    Report(TrainingRun run, Audience audience, int batches) {
        this.run = run;
        this.audience = audience;
        this.batches = batches;
        spec = run.spec();
    }

    /** An epoch begins. */
    void epoch(int number) {
        epoch = number;
        batch = 0;
        run.position(epoch, steps);
    }

    /** The next batch begins. */
    void batch() {
        batch++;
    }

    void betweenBatches() {
        batch = 0;
    }

    /** A step was committed. */
    void step(long committed, int size) {
        steps = committed;
        samples += size;
        run.position(epoch, steps);
    }

    void number(String name, double value) {
        numbers.put(name, value);
    }

    void swapped(List<Origin> before, List<Origin> after) {
        List<Origin> gone = new ArrayList<>(before), come = new ArrayList<>(after);
        gone.removeAll(after);
        come.removeAll(before);
        swapped(texts(gone) + " replaced by " + texts(come));
    }

    private static String texts(List<Origin> origins) {
        return origins.isEmpty()
                ? "nothing"
                : origins.stream().map(Origin::toString).collect(Collectors.joining(", "));
    }

    void swapped(String what) {
        log.info("Run {} ({}) at step {}: {}", run.id(), spec.name(), steps, what);
        tell(RunEvent.Type.SWAPPED, what);
    }

    void tell(RunEvent.Type type, String message) {
        Map<String, Double> values = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
        run.values(values);
        double seconds = (System.nanoTime() - began) * 1e-9;
        audience.tell(
                run,
                new RunEvent(
                        run.id(),
                        type,
                        epoch,
                        spec.epochs(),
                        batch,
                        batches,
                        steps,
                        seconds,
                        samples,
                        values,
                        message));
    }
}
