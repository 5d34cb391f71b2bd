package org.fascicle.registry;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** A bundle made in memory. */
final class Jar {
    private final Manifest manifest = new Manifest();
    private final Map<String, byte[]> entries = new TreeMap<>();

    Jar(String symbolicName, String version) {
        header("Manifest-Version", "1.0");
        header("Bundle-ManifestVersion", "2");
        header("Bundle-SymbolicName", symbolicName);
        header("Bundle-Version", version);
        header("Import-Package", "org.fascicle.nn;version=\"[1.0,2)\",org.fascicle.tensor;version=\"[1.0,2)\"");
    }

    /** A bundle with one component that is an activation. */
    static Jar activation(String symbolicName, String version, String name, Class<?> implementation) {
        return new Jar(symbolicName, version)
                .content(implementation)
                .component("c", implementation, "", name, "")
                .header("Provide-Capability", "fascicle.activation;fascicle.activation=" + name + ";effective:=active");
    }

    Jar header(String name, String value) {
        manifest.getMainAttributes().put(new Attributes.Name(name), value);
        return this;
    }

    Jar entry(String name, String text) {
        entries.put(name, text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    String text(String name) {
        return new String(entries.get(name), StandardCharsets.UTF_8);
    }

    Jar content(Class<?> c) {
        String path = c.getName().replace('.', '/') + ".class";
        try (InputStream in = c.getClassLoader().getResourceAsStream(path)) {
            entries.put(path, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** All of a jar or directory of classes, without its manifest. */
    Jar content(Path path) {
        try {
            if (Files.isDirectory(path)) {
                try (Stream<Path> files = Files.walk(path)) {
                    for (Path f : files.filter(Files::isRegularFile).toList()) {
                        entries.put(path.relativize(f).toString().replace('\\', '/'), Files.readAllBytes(f));
                    }
                }
            } else {
                try (JarFile jar = new JarFile(path.toFile())) {
                    for (var e : jar.stream().filter(e -> !e.isDirectory()).toList()) {
                        entries.put(e.getName(), jar.getInputStream(e).readAllBytes());
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        entries.remove(JarFile.MANIFEST_NAME);
        return this;
    }

    /** Adds a component under the activation's interface. */
    Jar component(String component, Class<?> implementation, String attributes, String name, String more) {
        header("Service-Component", "OSGI-INF/*.xml");
        return entry("OSGI-INF/" + component + ".xml", """
                <scr:component xmlns:scr='http://www.osgi.org/xmlns/scr/v1.4.0' name='%s' %s>
                  <implementation class='%s'/>
                  <service><provide interface='org.fascicle.nn.Activation'/></service>
                  <property name='fascicle.activation' value='%s'/>
                  %s
                </scr:component>
                """.formatted(
                        component, attributes, implementation.getName(), name, more));
    }

    InputStream open() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            for (var e : entries.entrySet()) {
                jar.putNextEntry(new ZipEntry(e.getKey()));
                jar.write(e.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }
}
