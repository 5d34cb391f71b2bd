/** Models: what they are made of, how they predict, and how they learn one step at a time. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("1.0.0")
package org.fascicle.model;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
