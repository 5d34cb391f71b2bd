/** How a part is published and found: the annotations, the options it asks for, the registry it lands in, and the exceptions all of Fascicle throws. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("1.0.0")
package org.fascicle.plugin;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
