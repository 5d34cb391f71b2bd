// In batch mode Maven does not look at the rules for required properties.
import javax.lang.model.SourceVersion

def name = request.properties['@archetype.kind@']
def className = request.properties['className']
def wrong = []
if (!(name ==~ /[a-z][a-z0-9_]*/))
    wrong << "@archetype.kind@ must match [a-z][a-z0-9_]*, got \"$name\"; -D@archetype.kind@=my_@archetype.kind@"
if (!SourceVersion.isName(request.package))
    wrong << "package must be a name in Java, got \"${request.package}\"; -Dpackage=org.example.mine"
if (!SourceVersion.isName(className) || className.contains('.'))
    wrong << "className must be a name in Java, got \"$className\"; -DclassName=Mine"
if (wrong)
    throw new IllegalArgumentException(wrong.join(', and ') + "; what was made is useless, remove "
            + new File(request.outputDirectory, request.artifactId))
