/**
 * Compatibility kits: tests that every codec, file format, source and sink must pass, ours and yours. A subclass of a few
 * lines says what is tested; see {@link io.datastream.testkit.compat.CodecKit} first. They need {@code junit-jupiter} and
 * {@code assertj-core}, which the module leaves to you.
 */
@NullMarked
package io.datastream.testkit.compat;

import org.jspecify.annotations.NullMarked;
