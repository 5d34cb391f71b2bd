/** Data sets as named columns, and the tables they are read from. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("1.0.0")
package org.fascicle.data;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
