// Supabase's Auth UI in the one view of it that has a field for a telephone number.
import { Auth } from "@supabase/auth-ui-react";
import { ThemeSupa } from "@supabase/auth-ui-shared";
import { createClient } from "@supabase/supabase-js";
import { createRoot } from "react-dom/client";

const client = createClient("https://bench.supabase.co", "sb_publishable_bench");

createRoot(document.getElementById("login")).render(
  <Auth supabaseClient={client} appearance={{ theme: ThemeSupa }} view="verify_otp" otpType="sms" providers={[]} />,
);
