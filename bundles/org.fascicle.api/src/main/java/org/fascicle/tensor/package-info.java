/** Dense float32 tensors, windows on them, and the primitives a compute backend offers. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("1.0.0")
package org.fascicle.tensor;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
