package org.fascicle.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.fascicle.model.Model;
import org.fascicle.model.ModelSpec;
import org.fascicle.model.SpecReader;
import org.fascicle.tensor.Tensor;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What replacing code under load costs. The model has the activation twice, and its versions scale by 1, 2 and 8, so that
 * answers scale by 1, 4 and 64 exactly, and one made of two versions by something else.
 */
@Command(
        name = "hot-swap",
        description = {
            "Update a plug-in again and again while threads predict with it (2, or --threads).",
            "First with another provider of the same activation that stays, then without, when predictions wait."
        })
final class HotSwap extends Case {
    /** Until the heap has grown to what the predictions need: collections take up to 40 ms while it grows, and 1 to 3 ms after. */
    private static final int WARM_UP = 50;

    private static final int FEATURES = 64;
    private static final float[] SCALES = {1, 2, 8};

    @Option(
            names = "--swaps",
            paramLabel = "N",
            defaultValue = "500",
            description = "How many updates are measured of each kind (default: ${DEFAULT-VALUE}).")
    private int swaps;

    @Spec
    private CommandSpec spec;

    HotSwap(Bench bench) {
        super(bench);
    }

    @Override
    Report measure() throws BundleException, InterruptedException {
        int threads = bench().threads().orElse(2);
        if (swaps < 1) throw wrong("--swaps", swaps);
        if (threads < 1) throw wrong("--threads", threads);
        Tensor x = input();
        byte[][] versions = {jar(1), jar(2)};
        Bundle staying = install("staying", new ScaledJar("org.example.bench.staying", "1.0.0", 0, SCALES[0]).bytes());
        try {
            Bundle swapped = install("swapped", versions[0]);
            try (Model model = bench().services().models().create("bench-hot-swap", model(), 1)) {
                Answers answers = Answers.scaled(model.predict(x), 1, SCALES);
                try (Traffic traffic = new Traffic(threads, () -> answers.which(model.predict(x)))) {
                    SwapSeries stays = series(traffic, swapped, versions);
                    staying.stop();
                    SwapSeries waits = series(traffic, swapped, versions);
                    return report(threads, traffic, stays, waits);
                }
            } finally {
                swapped.uninstall();
            }
        } finally {
            staying.uninstall();
        }
    }

    private CommandLine.ParameterException wrong(String option, int value) {
        return new CommandLine.ParameterException(
                spec.commandLine(), option + " must be a whole number from 1, got " + value);
    }

    private static byte[] jar(int version) {
        return new ScaledJar("org.example.bench.swapped", version + ".0.0", 10, SCALES[version]).bytes();
    }

    private Bundle install(String name, byte[] jar) throws BundleException {
        BundleContext context = bench().services().context();
        Bundle b = context.installBundle("bench:" + name, ScaledJar.stream(jar));
        b.start(Bundle.START_TRANSIENT);
        return b;
    }

    private static ModelSpec model() {
        Map<String, ?> hidden = Map.of("type", "dense", "units", FEATURES, "activation", ScaledJar.ACTIVATION);
        Map<String, ?> last = Map.of("type", "dense", "units", 10);
        return SpecReader.read(
                "bench hot-swap",
                Map.of("inputs", Map.of("x", List.of(FEATURES)), "layers", List.of(hidden, hidden, last)));
    }

    private static Tensor input() {
        Tensor t = Tensor.zeros(1, FEATURES);
        Random random = new Random(1);
        for (int i = 0; i < t.size(); i++) t.data()[i] = (float) random.nextGaussian();
        return t;
    }

    /** The right answers, one a version; the weights have no biases yet, so the activation's scale comes out squared. */
    private record Answers(float[][] right) {
        static Answers scaled(Tensor known, int version, float[] scales) {
            float[][] right = new float[scales.length][known.size()];
            for (int v = 0; v < scales.length; v++) {
                float factor = scales[v] / scales[version];
                for (int i = 0; i < known.size(); i++) right[v][i] = known.data()[i] * factor * factor;
            }
            return new Answers(right);
        }

        int which(Tensor answer) {
            for (int v = 0; v < right.length; v++)
                if (Arrays.equals(answer.data(), 0, answer.size(), right[v], 0, right[v].length)) return v;
            return -1;
        }
    }

    private SwapSeries series(Traffic traffic, Bundle swapped, byte[][] versions)
            throws BundleException, InterruptedException {
        SwapSeries s = new SwapSeries(traffic, swapped);
        int now = swapped.getVersion().getMajor();
        for (int i = 0; i < WARM_UP + swaps; i++) {
            now = now == 1 ? 2 : 1;
            if (i < WARM_UP) s.warmUp(versions[now - 1], now);
            else s.measure(versions[now - 1], now);
        }
        return s;
    }

    private Report report(int threads, Traffic traffic, SwapSeries stays, SwapSeries waits) {
        List<Report.Figure> f = new ArrayList<>();
        f.add(new Report.Count("swaps", swaps, "updates of each kind"));
        f.add(new Report.Count("failed_predictions", traffic.failures(), "failed predictions"));
        f.add(new Report.Count("predictions", traffic.predictions(), "of this many"));
        f.add(new Report.Count("threads", threads, ""));
        f.add(new Report.Count("warm_up", WARM_UP, ""));
        f.add(new Report.Heading("milliseconds, another provider stays"));
        add(f, "", stays);
        f.add(new Report.Heading("milliseconds, no other provider: predictions wait"));
        add(f, "wait_", waits);
        String failure = traffic.failures() == 0
                ? ""
                : traffic.failures() + " predictions failed, the first: " + traffic.firstFailure();
        return new Report(
                "hot-swap",
                List.of(
                        "A bundle with an activation is updated (Bundle.update, no refresh) while " + threads
                                + (threads == 1 ? " thread predicts" : " threads predict"),
                        "one sample at a time with a network of 3 dense layers (" + FEATURES + ", " + FEATURES
                                + ", 10) that uses it twice.",
                        "Every answer is checked. The first " + WARM_UP + " updates of each kind are not counted."),
                f,
                failure);
    }

    private static void add(List<Report.Figure> f, String prefix, SwapSeries s) {
        f.add(new Report.Quantiles(
                prefix + "first_use", s.firstUses(), "  from update() to the first answer by the new code"));
        f.add(new Report.Quantiles(
                prefix + "pause", s.pauses(), "  longest pause of a thread until all answered by the new code"));
        f.add(new Report.Quantiles(
                prefix + "baseline", s.baselines(), "  longest pause in as long a time without an update"));
    }
}
