/**
 * The rules about which module may know which. They live in the tests of this module; open {@code ModuleRulesTest}
 * first.
 */
@NullMarked
package io.datastream.architecture;

import org.jspecify.annotations.NullMarked;
