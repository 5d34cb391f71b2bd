/** The one differentiable concept, {@link org.fascicle.nn.Layer}, and what surrounds it: plans, passes, parameters, losses, metrics, initializers. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("1.0.0")
package org.fascicle.nn;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
