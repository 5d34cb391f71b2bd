package org.fascicle.provisioning;

import java.io.StringReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.fascicle.provision.ProvisioningException;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.Version;
import org.osgi.resource.Capability;
import org.osgi.resource.Namespace;

/**
 * Reads the XML of OSGi's Repository Service (compendium 132.5), as hostile: no document types, no entities. Confined to one reading.
 */
final class IndexReader {
    private static final String XMLNS = "http://www.osgi.org/xmlns/repository/v1.";
    /** A longer filter is none that a tool wrote; parsing one takes a stack frame a parenthesis. */
    private static final int LONGEST_FILTER = 4_096;

    /**
     * What an index says.
     *
     * @param referrals other indexes that belong to it
     */
    record Content(List<Listed> resources, List<URI> referrals) {}

    private final String where;
    private final URI base;
    private final List<Listed> resources = new ArrayList<>();
    private final List<URI> referrals = new ArrayList<>();
    private Listed resource;
    private String namespace;
    private Map<String, Object> attributes = new HashMap<>();
    private Map<String, String> directives = new HashMap<>();

    private IndexReader(String where, URI base) {
        this.where = where;
        this.base = base;
    }

    /**
     * Reads an index.
     *
     * @param where put before messages
     * @param base what URLs in it are relative to
     */
    static Content read(String where, URI base, byte[] xml) {
        IndexReader r = new IndexReader(where, base);
        try {
            r.read(xml);
        } catch (XMLStreamException e) {
            throw r.malformed("line " + e.getLocation().getLineNumber() + ": "
                    + Download.reason(e).replaceFirst("^ParseError at .*Message: ", ""));
        }
        return new Content(List.copyOf(r.resources), List.copyOf(r.referrals));
    }

    private void read(byte[] xml) throws XMLStreamException {
        XMLInputFactory f = XMLInputFactory.newDefaultFactory();
        f.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        f.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        f.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        f.setXMLResolver((publicId, systemId, baseUri, ns) -> {
            throw new XMLStreamException("external entities are not read");
        });
        XMLStreamReader x = f.createXMLStreamReader(new StringReader(text(xml)));
        boolean root = false;
        while (x.hasNext()) {
            switch (x.next()) {
                case XMLStreamConstants.DTD -> throw malformed("it has a document type, which is not read");
                case XMLStreamConstants.ENTITY_REFERENCE -> throw malformed("it has an entity, which is not read");
                case XMLStreamConstants.START_ELEMENT -> {
                    if (!root
                            && !(x.getLocalName().equals("repository")
                                    && String.valueOf(x.getNamespaceURI()).startsWith(XMLNS)))
                        throw malformed("it must begin with <repository xmlns=\"" + XMLNS + "0.0\">, got <"
                                + x.getLocalName() + ">");
                    root = true;
                    begin(x);
                }
                case XMLStreamConstants.END_ELEMENT -> end(x.getLocalName());
                default -> {}
            }
        }
    }

    /** Decoded here: the JDK's parser prints to standard error what it cannot decode. */
    private String text(byte[] xml) {
        try {
            String s = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(xml))
                    .toString();
            return s.startsWith("\uFEFF") ? s.substring(1) : s;
        } catch (CharacterCodingException e) {
            throw new ProvisioningException(where + " is malformed: it is no UTF-8", e);
        }
    }

    private void begin(XMLStreamReader x) {
        switch (x.getLocalName()) {
            case "referral" -> referrals.add(url(must(x, "url")));
            case "resource" -> resource = new Listed();
            case "capability", "requirement" -> {
                if (resource == null) throw malformed(x.getLocalName() + " outside of a resource");
                namespace = must(x, "namespace");
                attributes = new HashMap<>();
                directives = new HashMap<>();
            }
            case "attribute" -> {
                String name = must(x, "name");
                attributes.put(name, typed(name, x.getAttributeValue(null, "type"), must(x, "value")));
            }
            case "directive" -> directives.put(must(x, "name"), must(x, "value"));
            default -> {
                // Extensions are for others.
            }
        }
    }

    private void end(String element) {
        switch (element) {
            case "capability" -> resource.capabilities.add(new Part(namespace, attributes, directives, resource));
            case "requirement" -> {
                filter(directives.get(Namespace.REQUIREMENT_FILTER_DIRECTIVE));
                resource.requirements.add(new Part(namespace, attributes, directives, resource));
            }
            case "resource" -> resources.add(complete(resource));
            default -> {}
        }
    }

    /** Every resource says what it is; where its content lies is made absolute. */
    private Listed complete(Listed r) {
        List<Capability> identity = r.getCapabilities("osgi.identity");
        if (identity.size() != 1
                || !(identity.get(0).getAttributes().get("osgi.identity") instanceof String)
                || !(identity.get(0).getAttributes().get("version") instanceof Version))
            throw malformed("a resource must have one osgi.identity with name and version");
        for (Capability c : r.getCapabilities("osgi.content")) {
            Map<String, Object> a = new HashMap<>(c.getAttributes());
            if (a.get("url") instanceof String s) a.put("url", url(s).toString());
            r.capabilities.set(r.capabilities.indexOf(c), new Part("osgi.content", a, c.getDirectives(), r));
        }
        return r;
    }

    private URI url(String s) {
        try {
            return base.resolve(new URI(s));
        } catch (URISyntaxException e) {
            throw malformed("this is no URL: " + s);
        }
    }

    private void filter(String f) {
        if (f == null) return;
        try {
            if (f.length() > LONGEST_FILTER) throw malformed("a filter has " + f.length() + " characters");
            FrameworkUtil.createFilter(f);
        } catch (InvalidSyntaxException e) {
            throw malformed("this is no filter: " + f);
        }
    }

    private String must(XMLStreamReader x, String attribute) {
        String v = x.getAttributeValue(null, attribute);
        if (v == null)
            throw malformed(
                    "line " + x.getLocation().getLineNumber() + ": " + x.getLocalName() + " without " + attribute);
        return v;
    }

    private Object typed(String name, String type, String value) {
        try {
            if (type == null) return value;
            if (type.startsWith("List")) {
                String of = type.replaceFirst("^List(<(.*)>)?$", "$2");
                return Arrays.stream(value.split("(?<!\\\\),", -1))
                        .map(v -> scalar(of, v.replace("\\,", ",").strip()))
                        .toList();
            }
            return scalar(type, value.strip());
        } catch (IllegalArgumentException e) {
            throw malformed("attribute " + name + " is no " + type + ": " + value);
        }
    }

    private static Object scalar(String type, String value) {
        return switch (type) {
            case "Version" -> Version.parseVersion(value);
            case "Long" -> Long.valueOf(value);
            case "Double" -> Double.valueOf(value);
            default -> value;
        };
    }

    private ProvisioningException malformed(String why) {
        String line = why.replaceAll("\\p{Cntrl}", " ");
        return new ProvisioningException(
                where + " is malformed: " + (line.length() > 300 ? line.substring(0, 300) + "…" : line));
    }
}
