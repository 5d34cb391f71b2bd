package org.fascicle.provisioning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.fascicle.provision.ProvisioningException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers on disk what a plan is about to install, so that a process that is killed leaves nothing half-installed. Used by one thread. */
record Journal(Path file) {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    void write(List<String> locations) {
        try {
            Files.write(file, locations);
        } catch (IOException e) {
            throw new ProvisioningException("the plan cannot be noted in " + file + ": " + Download.reason(e), e);
        }
    }

    void clear() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} cannot be removed; what was just installed would be taken for half-installed", file, e);
        }
    }

    /** Uninstalls what a plan that did not come to its end left behind. */
    void recover(BundleContext context) {
        if (!Files.exists(file)) return;
        try {
            for (String location : Files.readAllLines(file)) {
                Bundle b = context.getBundle(location);
                if (b == null) continue;
                LOG.info("{} is uninstalled: the process ended before all of its plan was installed", b);
                b.uninstall();
            }
            clear();
        } catch (IOException | BundleException e) {
            LOG.warn("what an interrupted plan left behind is not all removed: {}", file, e);
        }
    }
}
