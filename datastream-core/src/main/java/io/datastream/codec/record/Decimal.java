package io.datastream.codec.record;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How many digits a {@link java.math.BigDecimal} has in formats with a schema, as in
 * {@code @Decimal(precision = 18, scale = 4) BigDecimal price}. A value with more digits is refused, never rounded; one that
 * is read has exactly the scale.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE_USE)
public @interface Decimal {
    /** The largest precision that formats have. */
    int MAX_PRECISION = 38;

    /** How many digits in all, from 1 to {@value #MAX_PRECISION}. */
    int precision();

    /** How many of them after the point, from 0 to the precision. */
    int scale();
}
