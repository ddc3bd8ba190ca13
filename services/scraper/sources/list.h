/* SPDX-License-Identifier: Apache-2.0 */
/* The sources, one line each; included several times, with SOURCE meaning something else each time. */
SOURCE(indeed)
