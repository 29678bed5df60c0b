# SPDX-License-Identifier: Apache-2.0
# The house, in the order in which its modules may depend on each other (ARCHITECTURE.md).

bank_module(base)

bank_module(platform/metrics)
bank_module(platform/http DEPENDS base platform/metrics)
