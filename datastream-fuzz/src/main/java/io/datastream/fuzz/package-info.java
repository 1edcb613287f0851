/**
 * Gives every codec and file format documents that are broken in seeded ways, and looks whether each is refused with an error
 * that says where, or read as what it says. {@link io.datastream.fuzz.Fuzz} is the program,
 * {@link io.datastream.fuzz.Targets} the list of formats.
 */
@NullMarked
package io.datastream.fuzz;

import org.jspecify.annotations.NullMarked;
