package org.fascicle.registry.trust;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Leaves a mark when its code runs; copied into bundles. */
public final class Marking implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        System.setProperty("fascicle.mark." + context.getBundle().getSymbolicName(), "ran");
    }

    @Override
    public void stop(BundleContext context) {}
}
