package org.fascicle.registry;

import org.fascicle.plugin.FascicleException;
import org.fascicle.registry.trust.Hashes;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** The object of an OSGi service, got on first use. Equal for the same reference, so that entries can be compared. Thread-safe. */
record Service(
        BundleContext context, ServiceReference<?> reference, Bundle bundle, Components components, Hashes hashes)
        implements Entry.Source {

    @Override
    public Object get() {
        components.objection(reference).ifPresent(o -> {
            throw new FascicleException(o);
        });
        Object object = context.getService(reference);
        if (object != null) return object;
        throw new FascicleException(components
                .failure(reference)
                .orElse("its service gave no object; the log of " + bundle + " tells why"));
    }

    @Override
    public void release() {
        try {
            context.ungetService(reference);
        } catch (IllegalStateException e) {
            // The registry's own bundle has stopped: the framework has given back everything it had.
            Catalogue.LOG.debug("{} was given back by the framework", reference);
        }
    }

    @Override
    public String hash() {
        return hashes.of(bundle);
    }
}
