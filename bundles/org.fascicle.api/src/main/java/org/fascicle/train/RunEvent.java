package org.fascicle.train;

import java.util.Map;

/**
 * Something that happened in a run. Immutable.
 *
 * @param epoch from 1; 0 before the first
 * @param epochs how many were asked for
 * @param batch of this epoch, from 1; 0 outside of batches
 * @param batches in an epoch
 * @param seconds since the run began, pauses included
 * @param samples trained on since the run began
 * @param values numbers by name, as {@link Run#values}
 * @param message for people; empty if the type says all
 */
public record RunEvent(
        String run,
        Type type,
        int epoch,
        int epochs,
        int batch,
        int batches,
        long step,
        double seconds,
        long samples,
        Map<String, Double> values,
        String message) {
    /** What happened. */
    public enum Type {
        STARTED,
        BATCH,
        EPOCH,
        PAUSED,
        RESUMED,
        WAITING,
        SWAPPED,
        FINISHED,
        STOPPED,
        FAILED
    }
}
