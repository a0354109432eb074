// SPDX-License-Identifier: LGPL-3.0-or-later
import Testing
@testable import Binding
