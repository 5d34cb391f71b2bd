package org.fascicle.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.fascicle.model.Model;
import org.fascicle.tensor.Tensor;
import picocli.CommandLine.Command;

/** How long one prediction takes. */
@Command(name = "lenet-lat1", description = "Predict one picture at a time with LeNet-5.")
final class LenetLatency extends Case {
    private static final int WARM_UP = 3_000;
    private static final int MEASURED = 10_000;

    LenetLatency(Bench bench) {
        super(bench);
    }

    @Override
    Report measure() throws InterruptedException {
        Tensor x = Lenet.pictures(1);
        List<Long> times = new ArrayList<>(MEASURED);
        try (Model m = bench().services().models().create("bench-lenet-lat1", Lenet.spec(), 1)) {
            for (int i = 0; i < WARM_UP + MEASURED; i++) {
                interruptible();
                long begin = System.nanoTime();
                m.predict(x);
                long t = System.nanoTime() - begin;
                if (i >= WARM_UP) times.add(t);
            }
        }
        return new Report(
                "lenet-lat1",
                List.of("One picture after the other is predicted with LeNet-5; the first " + WARM_UP
                        + " are not counted."),
                List.of(
                        new Report.Count("predictions", MEASURED, "predictions"),
                        new Report.Heading("milliseconds"),
                        new Report.Quantiles("latency", new Times(times), "  a prediction")),
                "");
    }
}
