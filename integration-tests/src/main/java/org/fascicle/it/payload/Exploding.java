package org.fascicle.it.payload;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** A bundle that cannot be started. */
public final class Exploding implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        throw new IllegalStateException("the licence has expired");
    }

    @Override
    public void stop(BundleContext context) {}
}
