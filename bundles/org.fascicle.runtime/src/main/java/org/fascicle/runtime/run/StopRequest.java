package org.fascicle.runtime.run;

/** Unwinds the run's thread to the end of the run because somebody asked for it. */
final class StopRequest extends Exception {
    private static final long serialVersionUID = 1L;

    StopRequest(String reason) {
        super(reason, null, false, false);
    }
}
