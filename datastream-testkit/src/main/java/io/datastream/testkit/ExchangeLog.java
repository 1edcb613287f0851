package io.datastream.testkit;

import java.util.ArrayList;
import java.util.List;

/** The rows for one keyed task, in the order in which it reads them. */
final class ExchangeLog {
    final List<Frame> frames = new ArrayList<>();

    /** How many there were at the last commit of all tasks together. */
    int committed;
}
