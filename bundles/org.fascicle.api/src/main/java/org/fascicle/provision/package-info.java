/** Finding and installing plug-ins that are missing. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("1.0.0")
package org.fascicle.provision;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
