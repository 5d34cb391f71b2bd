package org.fascicle.runtime.graph;

import org.fascicle.plugin.FascicleException;

/** The code of a graph is leaving: what was begun is given up and begun again on the next graph. */
public final class ClosedException extends FascicleException {
    private static final long serialVersionUID = 1L;

    ClosedException() {
        super("a plug-in has left");
    }
}
