package io.datastream.config;

import java.util.function.Predicate;

/** A condition on a value, and the words for it. */
record Check<T>(Predicate<? super T> test, String expected) {}
