package org.fascicle.tensor;

import org.osgi.annotation.versioning.ConsumerType;

/** A factor of a product: a {@link Matrix}, or what a backend has packed from one and only that backend understands. Immutable. */
@ConsumerType
public interface Operand {}
