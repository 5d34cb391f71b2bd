package org.example.embedding;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.DoubleBinaryOperator;
import org.fascicle.model.Model;
import org.fascicle.model.Models;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Tensor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** A logic gate that was learnt: predicts with the model file that lies in this bundle. Thread-safe. */
@Component(property = "gate=xor")
public final class Gate implements DoubleBinaryOperator {
    private final Model model;

    /** Loads the model; its plug-ins must be there by now, so this bundle is started after those of Fascicle. */
    @Activate
    public Gate(@Reference Models models, BundleContext context) throws IOException {
        Path file = context.getDataFile("xor.safetensors").toPath();
        try (InputStream in = Gate.class.getResourceAsStream("/xor.safetensors")) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        model = models.load("xor", file);
    }

    /** One sample of two numbers in, one number out. */
    @Override
    public double applyAsDouble(double a, double b) {
        return model.predict(Tensor.of(Shape.of(1, 2), (float) a, (float) b)).data()[0];
    }

    @Deactivate
    void close() {
        model.close();
    }
}
