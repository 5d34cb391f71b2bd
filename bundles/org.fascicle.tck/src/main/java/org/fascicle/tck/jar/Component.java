package org.fascicle.tck.jar;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.fascicle.model.CorruptFileException;
import org.fascicle.plugin.Kind;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * A component description of Declarative Services, as far as it matters to plug-ins. Immutable.
 *
 * @param file its entry in the jar
 * @param name the component's
 * @param implementation the class
 * @param scope {@code singleton} unless it says otherwise
 * @param factory the component factory's identifier, empty for a plain component
 * @param properties by name, each with its values
 */
public record Component(
        String file,
        String name,
        String implementation,
        String scope,
        String factory,
        Map<String, List<String>> properties) {
    /** What it is published as: the names by kind. */
    public Map<Kind, List<String>> published() {
        Map<Kind, List<String>> names = new TreeMap<>();
        for (Kind k : Kind.values())
            if (properties.containsKey(k.property())) names.put(k, properties.get(k.property()));
        return names;
    }

    static List<Component> parse(String where, String file, byte[] xml) {
        List<Component> all = new ArrayList<>();
        Element root = root(where, xml);
        // One component, or several in an element of any name.
        if (root.getLocalName().equals("component")) all.add(of(file, root));
        else for (Element e : elements(root, "component")) all.add(of(file, e));
        return all;
    }

    private static Element root(String where, byte[] xml) {
        try {
            DocumentBuilderFactory f = DocumentBuilderFactory.newInstance();
            f.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            f.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            f.setNamespaceAware(true);
            var builder = f.newDocumentBuilder();
            // The failure is told by the exception, not on standard error too.
            builder.setErrorHandler(null);
            return builder.parse(new ByteArrayInputStream(xml)).getDocumentElement();
        } catch (SAXException | IOException e) {
            throw new CorruptFileException(where + ": no valid XML: " + e.getMessage(), e);
        } catch (ParserConfigurationException e) {
            throw new CorruptFileException(where + ": this Java cannot read XML safely: " + e.getMessage(), e);
        }
    }

    private static Component of(String file, Element e) {
        Map<String, List<String>> properties = new LinkedHashMap<>();
        for (Element p : elements(e, "property")) {
            List<String> values = p.hasAttribute("value")
                    ? List.of(p.getAttribute("value"))
                    : p.getTextContent()
                            .lines()
                            .map(String::strip)
                            .filter(v -> !v.isEmpty())
                            .toList();
            properties.put(p.getAttribute("name"), values);
        }
        String implementation = elements(e, "implementation").stream()
                .map(i -> i.getAttribute("class"))
                .findFirst()
                .orElse("");
        String scope = elements(e, "service").stream()
                .map(s -> s.getAttribute("servicefactory").equals("true") ? "bundle" : s.getAttribute("scope"))
                .filter(s -> !s.isEmpty())
                .findFirst()
                .orElse("singleton");
        return new Component(
                file,
                e.getAttribute("name").isEmpty() ? implementation : e.getAttribute("name"),
                implementation,
                scope,
                e.getAttribute("factory"),
                properties);
    }

    private static List<Element> elements(Element parent, String name) {
        NodeList nodes = parent.getElementsByTagNameNS("*", name);
        List<Element> all = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) all.add((Element) nodes.item(i));
        return all;
    }
}
