/** Introspection: what is there, what failed and why, what is missing. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("1.0.0")
package org.fascicle.runtime;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
