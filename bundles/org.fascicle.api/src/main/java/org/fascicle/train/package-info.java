/** Optimizers, schedules, and the training of a model as a run that can be watched, paused and resumed. */
@Export(substitution = Export.Substitution.NOIMPORT)
@Version("1.0.0")
package org.fascicle.train;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
