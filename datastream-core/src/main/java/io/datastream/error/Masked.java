package io.datastream.error;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A component of a record, or a field of a class, that nobody is to read: a name, a card, a place where somebody lives. The
 * library shows {@code ***} in its stead wherever it tells people of a record: in errors, logs, dead letters and on the
 * monitor. Pipelines, topics and sinks get the value as it is, and so does the original of a dead letter.
 *
 * <pre>{@code
 * record Payment(@Masked String card, Instant time, double amount) {}
 * // Payment[card=***, time=2026-01-01T00:00:00Z, amount=12.5]
 * }</pre>
 *
 * <p>Of a record that could not be decoded nobody knows which bytes are which field. If its type has a masked field, or a
 * field of such a type, however deep, neither its text nor any value in it is shown, only the field and its type. Declared
 * types decide that: where a field is an {@link Object}, a type variable, an interface that is not sealed or a class whose
 * subclasses have more fields, mark it itself.
 *
 * <p>Messages of your own exceptions are told without the texts of masked values, as their {@code toString} gives them; one of
 * less than 6 characters only where it stands alone. The values are those of the record, and of the state or accumulator that
 * the step was given. A {@link io.datastream.codec.Decoder} of your own has neither: what it throws is told as it is.
 * Keys, such as those of {@code keyBy}, are names of series and are shown.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD})
public @interface Masked {}
