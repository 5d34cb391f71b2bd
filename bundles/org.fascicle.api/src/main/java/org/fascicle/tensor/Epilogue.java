package org.fascicle.tensor;

import java.util.Optional;

/** What a product does to a finished result: adds a bias per column (per channel in a convolution), then applies a function. Immutable. */
public record Epilogue(Optional<Tensor> bias, Optional<Kernel> kernel) {
    public static final Epilogue NONE = new Epilogue(Optional.empty(), Optional.empty());

    /** This epilogue with a bias added first. */
    public Epilogue bias(Tensor b) {
        return new Epilogue(Optional.of(b), kernel);
    }
}
