/** The rules about which module may know which; they live in the tests of this module. */
@NullMarked
package io.datastream.architecture;

import org.jspecify.annotations.NullMarked;
