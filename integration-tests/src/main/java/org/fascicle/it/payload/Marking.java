package org.fascicle.it.payload;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Leaves a mark when code of its bundle runs. */
public final class Marking implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        System.setProperty("fascicle.story.ran." + context.getBundle().getSymbolicName(), "yes");
    }

    @Override
    public void stop(BundleContext context) {}
}
