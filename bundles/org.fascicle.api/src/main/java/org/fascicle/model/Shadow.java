package org.fascicle.model;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fascicle.plugin.Origin;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A second provider of one node beside the active one: live predictions are computed once more with it, on a thread of the
 * runtime, and the answers are compared. Those who predict get the active provider's answer and wait for nothing but a copy
 * of their batch. Thread-safe; ends with the model or by {@link #close}, after which {@link #report} gives the last state.
 */
@ProviderType
public interface Shadow extends AutoCloseable {
    /** The id of the node that is computed otherwise. */
    String node();

    /** The bundle whose plug-ins the node and its children take where it has them: symbolic name, perhaps {@code @version}. */
    String provider();

    /** What was seen so far: a snapshot. */
    Report report();

    @Override
    void close();

    /** What a shadow does. */
    enum State {
        COMPARING,
        /** Its provider has left; it goes on when that is back. */
        WAITING,
        CLOSED
    }

    /**
     * What a comparison has come to. It begins anew when the active or the shadow's code of the node changes: numbers of
     * different code are never mixed.
     *
     * @param reason what it waits for, or why it failed last; else empty
     * @param active what provides the node and its children in answers
     * @param shadow what provides them beside
     * @param compared predictions that were compared
     * @param skipped predictions that were not: the shadow was busy or waiting, or something other than the node had changed
     * @param failed predictions in which the shadow's code failed
     * @param outputs by name, as predictions give them
     * @param activeTime the median time of a prediction as it was answered, of the last 256
     * @param shadowTime the same of the shadow
     */
    record Report(
            State state,
            String reason,
            List<Origin> active,
            List<Origin> shadow,
            long compared,
            long skipped,
            long failed,
            Map<String, Output> outputs,
            Duration activeTime,
            Duration shadowTime) {
        public Report {
            active = List.copyOf(active);
            shadow = List.copyOf(shadow);
            outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
        }

        /** The largest differences over all outputs. */
        public Difference difference() {
            return outputs.values().stream().map(Output::difference).reduce(Difference.NONE, Difference::max);
        }

        /** How many decisions differ, over all outputs. */
        public long flips() {
            return outputs.values().stream().mapToLong(Output::flips).sum();
        }
    }

    /**
     * One output.
     *
     * @param difference the largest of any prediction
     * @param decisions how often the largest of several numbers was looked for: along axis 1 of images {@code [N, C, H, W]}
     *     and volumes, along the last axis of everything else
     * @param flips how often it stood at another place (argmax)
     */
    record Output(Difference difference, long decisions, long flips) {}
}
