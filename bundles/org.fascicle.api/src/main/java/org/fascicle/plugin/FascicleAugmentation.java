package org.fascicle.plugin;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Capability;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Publishes a component as the augmentation of this name: sets the service property {@code fascicle.augmentation} and declares the
 * bundle capability of the same name, which a resolver can find and the framework never wires. Put it beside
 * {@code @Component}. Names are {@code [a-z][a-z0-9_]*}.
 */
@ComponentPropertyType
@Capability(namespace = "fascicle.augmentation", name = "${#value}", effective = "active")
@Requirement(namespace = "osgi.implementation", name = "fascicle.plugins", version = "1.0", effective = "active")
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface FascicleAugmentation {
    /** The name, e.g. {@code random_flip}. */
    String value();
}
