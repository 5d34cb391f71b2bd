/** The contracts that plug-ins are tested with: extend one of them, name the plug-in as its type argument, list cases. */
@Export
@Version("1.0.0")
package org.fascicle.tck;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
