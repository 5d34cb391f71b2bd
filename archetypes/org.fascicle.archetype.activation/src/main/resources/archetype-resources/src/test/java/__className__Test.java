package ${package};

import org.fascicle.tck.ActivationContract;

class ${className}Test extends ActivationContract<${className}> {}
