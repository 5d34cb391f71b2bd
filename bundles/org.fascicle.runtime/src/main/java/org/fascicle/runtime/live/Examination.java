package org.fascicle.runtime.live;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.fascicle.model.Difference;
import org.fascicle.plugin.FascicleException;
import org.fascicle.runtime.graph.ClosedException;
import org.fascicle.runtime.graph.WeightSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether other code answers as the code before it did: keeps what a model answered to its {@link Probe}, and on which
 * weights, so that weights published between the last probe and a swap are not taken for a difference of the code. Confined
 * to the runtime's thread; generations are pinned by the caller.
 */
final class Examination {
    private static final Logger LOG = LoggerFactory.getLogger(Examination.class);

    private final String model;
    private final Probe probe;
    private final Supplier<WeightSet> weights;
    private final Supplier<Settings> settings;
    private final BooleanSupplier hurry;
    /** Null as long as nothing is known, or what is known does not count any more. */
    private Probe.Answers known;
    /** The weights on which the present code has been asked, perhaps in vain. */
    private WeightSet asked;

    /**
     * What looking at a generation came to.
     *
     * @param answers its own, if there were others to compare with
     * @param words said of it in an event; empty if it differs within the tolerance
     */
    record Finding(Optional<Probe.Answers> answers, Optional<Difference> difference, String words) {
        static final Finding NOTHING = new Finding(Optional.empty(), Optional.empty(), "");
    }

    /** @param hurry true if somebody waits for this thread: then looking is given up, to be begun again */
    Examination(
            String model,
            Probe probe,
            Supplier<WeightSet> weights,
            Supplier<Settings> settings,
            BooleanSupplier hurry) {
        this.model = model;
        this.probe = probe;
        this.weights = weights;
        this.settings = settings;
        this.hurry = hurry;
    }

    /** True if nothing may take over unseen, even where predictions wait for it. */
    boolean strict() {
        return known != null && settings.get().refuse();
    }

    /** From now on the best there is will do; what that answers is what counts. */
    void accept() {
        known = null;
        asked = null;
    }

    /**
     * Compares.
     *
     * @param changed what is new in it, for messages
     * @throws Refusal if it fails, or answers otherwise where that is refused
     * @throws ClosedException if it leaves meanwhile, or in a hurry
     */
    Finding look(Generation g, String changed) {
        Probe.Answers before = known;
        if (before == null) return Finding.NOTHING;
        BooleanSupplier closed = closed(g);
        Probe.Answers now;
        try {
            now = probe.ask(g.program, before.weights(), before.form(), closed);
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            if (e instanceof ClosedException || g.pins.closed()) throw e;
            String fails = "it fails where the code before it answered: " + reason(e);
            throw new Refusal(model + ": " + changed, fails, "", Optional.empty());
        }
        Difference d = before.difference(now);
        Settings s = settings.get();
        if (d.relative() <= s.tolerance()) return new Finding(Optional.of(now), Optional.of(d), "");
        String differ = "outputs differ by up to " + number(d.absolute()) + " (relative " + number(d.relative())
                + ", tolerance " + number(s.tolerance()) + ")";
        if (s.refuse())
            throw new Refusal(
                    model + ": " + changed,
                    differ,
                    " and swap.policy is refuse; accept it by `swap " + model
                            + " --accept`, or set swap.policy of org.fascicle.runtime to report",
                    Optional.of(d));
        return new Finding(Optional.of(now), Optional.of(d), differ);
    }

    /** What was looked at has taken over. */
    void take(Finding f) {
        f.answers().ifPresent(a -> known = a);
        asked = null;
    }

    /** Asks the present code if it has not been asked on the weights that are published now. */
    @SuppressWarnings("ReferenceEquality")
    void refresh(Generation g) {
        WeightSet w = weights.get();
        Probe.Answers before = known;
        if (asked == w || before != null && before.weights() == w) return;
        BooleanSupplier closed = closed(g);
        try {
            known = before == null ? probe.ask(g.program, w, closed) : probe.ask(g.program, w, before.form(), closed);
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            if (closed.getAsBoolean()) return;
            LOG.debug("{}: what it answers to a probe is not known: {}", model, reason(e));
        }
        asked = w;
    }

    private BooleanSupplier closed(Generation g) {
        return () -> g.pins.closed() || hurry.getAsBoolean();
    }

    private static String reason(Throwable e) {
        return e instanceof FascicleException ? e.getMessage() : e.toString();
    }

    /** A few digits that matter, and an exponent where it is far from 1. */
    private static String number(double x) {
        if (!Double.isFinite(x)) return "infinity";
        BigDecimal d = new BigDecimal(x).round(new MathContext(3)).stripTrailingZeros();
        if (x == 0 || x >= 1e-3 && x < 1e6) return d.toPlainString();
        return new BigDecimal(d.unscaledValue(), d.precision() - 1).toPlainString() + "e"
                + (d.precision() - d.scale() - 1);
    }
}
