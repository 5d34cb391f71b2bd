package org.fascicle.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fascicle.model.Learner;
import org.fascicle.model.LearnerSpec;
import org.fascicle.model.Model;
import org.fascicle.tensor.Tensor;
import picocli.CommandLine.Command;

/** How fast a convolutional network learns. */
@Command(name = "lenet-train", description = "Train LeNet-5 with Adam on batches of 32 pictures of noise.")
final class LenetTraining extends Case {
    private static final int BATCH = 32;
    private static final int WARM_UP = 300;
    private static final int MEASURED = 600;

    LenetTraining(Bench bench) {
        super(bench);
    }

    @Override
    Report measure() throws InterruptedException {
        Map<String, Tensor> batch = Map.of("x", Lenet.pictures(BATCH), "target", Lenet.classes(BATCH));
        List<Long> times = new ArrayList<>(MEASURED);
        long begin = 0, end;
        try (Model m = bench().services().models().create("bench-lenet-train", Lenet.spec(), 1);
                Learner l = m.learner(LearnerSpec.of(Map.of("type", "adam", "learning_rate", 0.001), 1))) {
            for (int i = 0; i < WARM_UP + MEASURED; i++) {
                interruptible();
                long start = System.nanoTime();
                if (i == WARM_UP) begin = start;
                l.step(batch, l.rate());
                if (i >= WARM_UP) times.add(System.nanoTime() - start);
            }
            end = System.nanoTime();
        }
        return new Report(
                "lenet-train",
                List.of("LeNet-5 learns with Adam from batches of " + BATCH + "; the first " + WARM_UP
                        + " steps are not counted."),
                List.of(
                        new Report.Count("steps", MEASURED, "steps"),
                        new Report.Count(
                                "samples_per_second",
                                Math.round(MEASURED * BATCH / ((end - begin) / 1e9)),
                                "samples a second"),
                        new Report.Heading("milliseconds"),
                        new Report.Quantiles("step", new Times(times), "  a step")),
                "");
    }
}
