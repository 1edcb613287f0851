package io.datastream.testkit;

import java.util.List;

/** Rows of one origin, and its watermark after them: the unit in which rows pass an exchange. */
record Frame(List<Row> rows, int origin, long watermark) {}
