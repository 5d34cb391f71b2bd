package ${package};

import static org.fascicle.tck.Samples.normal;

import java.util.List;
import org.fascicle.tck.Case;
import org.fascicle.tck.LayerContract;

class ${className}Test extends LayerContract<${className}.Factory> {
    @Override
    protected List<Case> cases() {
        return List.of(
                Case.of("rows", "units", 3).on(normal(4, 5)),
                Case.of("sequences", "units", 3).on(normal(4, 2, 5)),
                Case.of("with tanh", "units", 3, "activation", "tanh").on(normal(4, 5)));
    }
}
