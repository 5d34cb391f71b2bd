/** Data sets as named columns, the tables they are read from, and what changes samples on the way to a batch. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("1.0.0")
package org.fascicle.data;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
