package org.fascicle.runtime.live;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.fascicle.model.Difference;
import org.fascicle.model.ModelEvent;
import org.fascicle.plugin.ConfigException;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.Origin;
import org.fascicle.plugin.Plugins;
import org.fascicle.runtime.graph.ClosedException;
import org.fascicle.runtime.graph.Layout;
import org.fascicle.runtime.graph.Program;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a model on code that is there: puts one generation after another on its {@link Stage}, a new one when a better
 * provider comes or one leaves. Thread-safe; {@link #restore}, {@link #improve}, {@link #succeed}, {@link #refresh} and {@link #accept} run
 * on the runtime's thread only.
 */
final class Engine {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private final Builder builder;
    private final boolean pinned;
    private final Events events;
    private final Optional<Examination> examination;
    private final Supplier<Optional<Layout>> layout;
    private final Stage stage;
    private volatile Plugins.Choice choice;
    /** What it ran on before what has taken over and has not been looked at; null if nothing has. */
    private List<Origin> unseen;

    private volatile String refused = "";
    private volatile boolean started;

    /** Hears of what happens to an engine; the difference is that of answers, where they were compared. */
    interface Events {
        void event(ModelEvent.Type type, String message, Optional<Difference> difference);
    }

    /** What has been put in place, and what was found before. */
    private record Renewed(Generation generation, Examination.Finding finding) {}

    /**
     * An engine without a generation; {@link #start} makes the first.
     *
     * @param choice which of several providers to take
     * @param pinned true to stay with the content it starts with
     * @param layout the parameters that must not change; none as long as the model has no weights
     * @param examination of what answers for the model; none for who learns, measures or shadows
     */
    Engine(
            Builder builder,
            Plugins.Choice choice,
            boolean pinned,
            Supplier<Optional<Layout>> layout,
            Optional<Examination> examination,
            Events events) {
        this.builder = builder;
        this.choice = choice;
        this.pinned = pinned;
        this.layout = layout;
        this.examination = examination;
        this.events = events;
        stage = new Stage(builder);
    }

    /** Where work is done. */
    Stage stage() {
        return stage;
    }

    /**
     * Makes the first generation and does something on it; whatever fails is thrown, unless it failed because its code has
     * left: then both are done again with what there is.
     */
    <T> T start(Function<Generation, T> first) {
        for (; ; ) {
            Generation g = renew(false).generation();
            Optional<T> t = stage.on(g, first);
            if (t.isEmpty()) continue;
            if (pinned) choice = Origins.pinned(g.origins);
            started = true;
            return t.get();
        }
    }

    /**
     * Makes and installs a generation of plug-ins that are all there.
     *
     * @param examined true to look at what it answers before it takes over
     */
    private Renewed renew(boolean examined) {
        for (; ; ) {
            long seen = stage.departures();
            try {
                Generation g = builder.build(choice, layout.get());
                prepare(g.program);
                Optional<Examination.Finding> f = examined
                        ? stage.aside(
                                g, x -> examination.orElseThrow().look(x, Origins.changed(stage.origins(), x.origins)))
                        : Optional.empty();
                refused = "";
                if (stage.install(g)) return new Renewed(g, f.orElse(Examination.Finding.NOTHING));
            } catch (ConfigException | ClosedException | Refusal | LinkageError e) {
                // Code that is leaving fails in odd ways.
                if (stage.departures() == seen) throw e;
                LOG.debug("{}: put together again, something has left: {}", builder.model(), e.toString());
            }
        }
    }

    private void prepare(Program next) {
        Generation before = stage.current();
        if (before != null) next.inherit(before.program);
        next.prepare(stage.asked());
    }

    /** What it runs on, or ran on last. */
    List<Origin> origins() {
        return stage.origins();
    }

    /** Why other code has not been taken; empty if it has. */
    String refused() {
        return refused;
    }

    /** Looks for something to run on if it has nothing. */
    void restore() {
        if (started && !stage.ended() && !stage.ready()) replace(false);
    }

    /** Looks for something better than it has, and at what it has. */
    void improve() {
        Generation g = stage.current();
        if (!started || g == null || g.pins.closed()) return;
        if (!pinned && builder.outdated(g)) replace(true);
        if (unseen != null) look();
        refresh();
    }

    /** Puts another in the place of a generation whose code is about to leave, so that nobody will have to wait. */
    @SuppressWarnings("ReferenceEquality")
    void succeed(Generation leaving) {
        if (!started || pinned || stage.ended() || stage.current() != leaving) return;
        try {
            take(false);
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            // When the generation has been closed it is tried again, and told.
            LOG.debug("{}: nothing takes the place of what leaves: {}", builder.model(), e.toString());
        }
    }

    /** Whoever waits for code gets it at once, and what that answers is looked at after; unless nothing may take over unseen. */
    private void take(boolean open) {
        List<Origin> before = unseen == null ? stage.origins() : unseen;
        boolean first = examination.filter(x -> open || x.strict()).isPresent();
        Renewed r = renew(first);
        List<Origin> now = r.generation().origins;
        if (!first) unseen = before;
        else if (open && before.equals(now)) examination.get().take(r.finding());
        else told(before, now, r.finding());
    }

    private void replace(boolean open) {
        try {
            take(open);
        } catch (ClosedException e) {
            LOG.debug("{}: not looked at to the end, somebody else waits", builder.model());
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            // What a plug-in throws while it is put together must reach those who wait.
            if (stage.ended()) return;
            if (open) refuse(e);
            else fail(e);
        }
    }

    /** Looks at what has taken over: it cannot be refused any more, only told. */
    private void look() {
        List<Origin> before = unseen, now = stage.origins();
        Optional<Examination.Finding> f;
        try {
            f = examination.flatMap(x -> stage.now(g -> x.look(g, Origins.changed(before, now))));
        } catch (ClosedException e) {
            // Somebody else waits; this one is looked at when it is its turn again.
            return;
        } catch (Refusal e) {
            f = Optional.of(new Examination.Finding(Optional.empty(), e.difference(), e.reason()));
        }
        told(before, now, f.orElse(Examination.Finding.NOTHING));
    }

    private void told(List<Origin> before, List<Origin> now, Examination.Finding f) {
        unseen = null;
        examination.ifPresent(x -> x.take(f));
        boolean same = before.equals(now);
        String what = same ? "everything it needs is there" : "now on " + Origins.changed(before, now);
        events.event(
                same ? ModelEvent.Type.SATISFIED : ModelEvent.Type.SWAPPED,
                f.words().isEmpty() ? what : what + "; " + f.words(),
                f.difference());
    }

    /** Sees to it that what the present code answers is known. */
    void refresh() {
        examination.ifPresent(x -> stage.now(g -> {
            x.refresh(g);
            return g;
        }));
    }

    /** What was refused is taken. */
    void accept() {
        examination.ifPresent(Examination::accept);
        restore();
        improve();
    }

    /** The generation it has goes on; said once for each reason. */
    private void refuse(Throwable e) {
        if (refused.equals(e.getMessage())) return;
        refused = String.valueOf(e.getMessage());
        events.event(ModelEvent.Type.REFUSED, refused, e instanceof Refusal r ? r.difference() : Optional.empty());
    }

    private void fail(Throwable e) {
        String why = e instanceof FascicleException ? e.getMessage() : e.toString(), first = stage.fail(why);
        if (e instanceof ConfigException || e instanceof Refusal) refuse(e);
        if (first == null) events.event(ModelEvent.Type.WAITING, why, Optional.empty());
    }

    /** What a pinned engine runs on and is not there now. */
    List<Origin> missing() {
        return stage.origins().stream()
                .filter(o -> builder.plugins().providers(o.kind(), o.name()).stream()
                        .noneMatch(p -> pinned ? p.origin().sameContent(o) : true))
                .toList();
    }
}
