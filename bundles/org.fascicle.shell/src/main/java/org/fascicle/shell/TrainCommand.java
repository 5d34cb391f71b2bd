package org.fascicle.shell;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.fascicle.model.Model;
import org.fascicle.plugin.ConfigException;
import org.fascicle.train.Experiment;
import org.fascicle.train.Experiments;
import org.fascicle.train.Run;
import org.fascicle.train.RunEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains an experiment and saves the model. Confined to one command. */
@Command(
        name = "train",
        description = {
            "Train what an experiment describes, test it, and save the model.",
            "Ctrl-C ends the training after the step it is in; what was learnt until then is saved."
        })
final class TrainCommand implements Callable<Integer> {
    private static final String DEFAULT = "digits-cnn";
    /** How long a step may take to notice that the run was stopped. */
    private static final Duration STOPPING = Duration.ofSeconds(60);

    private final Services services;
    private final Console console;

    @Parameters(
            arity = "0..1",
            paramLabel = "EXPERIMENT",
            defaultValue = DEFAULT,
            description = "A JSON file, or the name of an experiment that comes along (default: ${DEFAULT-VALUE}).")
    private String experiment;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Change a setting: training.epochs=3, or a parameter of the experiment by its name. May be repeated.")
    private List<String> settings = new ArrayList<>();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Save the model as DIR/NAME.safetensors, or as this file if it ends so (default: models).")
    private Path out;

    @Mixin
    private DataOptions data;

    @Mixin
    private InstallOption installing;

    @Mixin
    private JsonOption json;

    /** How long the run took, as its newest event says. */
    private double seconds;

    TrainCommand(Services services, Console console) {
        this.services = services;
        this.console = console;
    }

    @Override
    public Integer call() throws InterruptedException {
        Experiment e = services.experiments().read(console.experiment(experiment), settings);
        Path file = console.writable("train: --out", target(e.name()));
        new Acquisition(services, console)
                .complete("train: " + e.name(), () -> services.experiments().missing(e), installing.install);
        Experiments.Prepared p = services.experiments().prepare(e, data.sources(services, console));
        try (Model model = p.model()) {
            if (Thread.interrupted()) throw new InterruptedException();
            return train(p, model, file);
        }
    }

    private Path target(String name) {
        if (out != null && out.toString().endsWith(".safetensors")) return out;
        return (out == null ? Path.of("models") : out).resolve(name + ".safetensors");
    }

    private int train(Experiments.Prepared p, Model model, Path file) throws InterruptedException {
        long before = model.version();
        // Events are shown on this thread: in the shell, only it writes to the right terminal. Of batches the newest is
        // enough.
        LinkedBlockingQueue<RunEvent> events = new LinkedBlockingQueue<>();
        AtomicReference<RunEvent> batch = new AtomicReference<>();
        Run run = services.trainer().start(model, p.run(), (r, e) -> {
            if (e.type() != RunEvent.Type.BATCH) events.add(e);
            else if (batch.getAndSet(e) == null) events.add(e);
        });
        if (!json.json) {
            console.line(p.experiment().name() + ": "
                    + Numbers.count(p.run().data().train().size()) + " samples to train on, "
                    + Numbers.count(parameters(model)) + " parameters, "
                    + p.run().epochs() + " epochs");
        }
        boolean interrupted = watch(run, events, batch);
        if (run.state() == Run.State.FAILED) {
            throw run.failure()
                    .orElseGet(
                            () -> new ConfigException(p.experiment().name() + ": the run failed and gave no reason"));
        }
        Optional<Path> saved = Optional.empty();
        if (run.state() == Run.State.FINISHED || model.version() > before) {
            model.save(file, provenance(p.experiment(), run));
            saved = Optional.of(file);
        }
        report(run, saved);
        return interrupted ? Failures.INTERRUPTED : Failures.DONE;
    }

    private static long parameters(Model model) {
        return model.summary().stream().mapToLong(Model.Row::parameters).sum();
    }

    /** Shows events until the run has ended; true if it was ended from here. */
    private boolean watch(Run run, LinkedBlockingQueue<RunEvent> events, AtomicReference<RunEvent> batch)
            throws InterruptedException {
        Page page = new Page();
        try {
            while (true) {
                RunEvent e = events.poll(1, TimeUnit.SECONDS);
                if (e == null) {
                    // A run that ended without an event has nothing more to say.
                    if (run.state().ended() && events.isEmpty()) return false;
                    continue;
                }
                page.show(e.type() == RunEvent.Type.BATCH ? batch.getAndSet(null) : e);
                if (ended(e)) return false;
            }
        } catch (InterruptedException e) {
            run.stop();
            if (!run.await(STOPPING)) throw e;
            events.forEach(page::late);
            return true;
        } finally {
            page.end();
        }
    }

    private static boolean ended(RunEvent e) {
        return switch (e.type()) {
            case FINISHED, STOPPED, FAILED -> true;
            default -> false;
        };
    }

    private static Map<String, Object> provenance(Experiment e, Run run) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("experiment", e.tree());
        m.put("epochs", run.epoch());
        m.put("steps", run.step());
        m.put("state", run.state().name().toLowerCase(java.util.Locale.ROOT));
        m.put("values", Numbers.finite(run.values()));
        return m;
    }

    private void report(Run run, Optional<Path> saved) {
        Map<String, Double> values = new LinkedHashMap<>(run.values());
        if (json.json) {
            Map<String, Object> m = new LinkedHashMap<>();
            m.put("event", run.state().name().toLowerCase(java.util.Locale.ROOT));
            m.put("epochs", run.epoch());
            m.put("seconds", seconds);
            m.putAll(Numbers.finite(values));
            saved.ifPresent(f -> m.put("model", f.toString()));
            console.json(m);
            return;
        }
        values.keySet().removeIf(k -> !k.startsWith("test_"));
        if (run.state() == Run.State.STOPPED)
            console.line("stopped in epoch " + run.epoch() + " after " + Numbers.count(run.step()) + " steps");
        if (!values.isEmpty()) console.line("test: " + Numbers.text(values));
        console.line(
                saved.map(f -> (run.state() == Run.State.STOPPED ? "saved what was learnt until then to " : "saved ")
                                + console.shown(f))
                        .orElse("nothing was learnt yet: nothing is saved"));
    }

    /** The lines of a run: a bar that moves on a terminal, else a line an epoch. */
    private final class Page {
        private final Progress progress = new Progress(console.columns());
        private int drawn;

        /** What nobody wants to see any more. */
        void late(RunEvent e) {
            seconds = Math.max(seconds, Math.round(e.seconds() * 1000) / 1000.0);
        }

        void show(RunEvent e) {
            if (e == null) return;
            late(e);
            if (json.json) {
                // The last line comes from the result, with the model's file.
                if (e.type() != RunEvent.Type.BATCH && !ended(e)) console.json(Progress.json(e));
                return;
            }
            switch (e.type()) {
                case BATCH -> {
                    if (console.terminal()) draw(progress.bar(e));
                }
                case EPOCH -> line(Progress.epoch(e));
                case WAITING, SWAPPED, PAUSED, RESUMED ->
                    line(e.type().name().toLowerCase(java.util.Locale.ROOT)
                            + (e.message().isEmpty() ? "" : ": " + e.message()));
                default -> {}
            }
        }

        private void draw(String text) {
            console.out().print("\r" + text + " ".repeat(Math.max(0, drawn - text.length())));
            console.out().flush();
            drawn = text.length();
        }

        private void line(String text) {
            end();
            console.line(text);
            console.out().flush();
        }

        /** Wipes the bar. */
        void end() {
            if (drawn > 0) console.out().print("\r" + " ".repeat(drawn) + "\r");
            drawn = 0;
        }
    }
}
