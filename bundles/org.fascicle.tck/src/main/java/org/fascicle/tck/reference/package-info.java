/** The slow, strict reference executor: the definition of what the runtime must compute. What a plug-in must not rely on is NaN. */
@Export
@Version("1.0.0")
package org.fascicle.tck.reference;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
